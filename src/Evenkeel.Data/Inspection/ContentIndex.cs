using System.Runtime.InteropServices;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Inspection;

/// <summary>Finds samples of equal features: by a 64-bit hash first, then verified number by number.</summary>
internal sealed class ContentIndex
{
    private readonly Dataset _dataset;
    private readonly Dictionary<ulong, int> _firstByHash;
    private readonly Dictionary<int, int> _nextOfHash = [];
    private readonly float[] _other;

    public ContentIndex(Dataset dataset)
    {
        _dataset = dataset;
        _firstByHash = new Dictionary<ulong, int>(dataset.Count);
        _other = new float[dataset.Shape.Length];
    }

    /// <summary>The first sample that has these features, or -1.</summary>
    public int Find(ReadOnlySpan<float> features, ulong hash)
    {
        if (!_firstByHash.TryGetValue(hash, out var candidate)) return -1;
        while (true)
        {
            _dataset.Read(candidate, _other);
            if (MemoryMarshal.AsBytes(features).SequenceEqual(MemoryMarshal.AsBytes(_other.AsSpan()))) return candidate;
            if (!_nextOfHash.TryGetValue(candidate, out candidate)) return -1;
        }
    }

    /// <summary>Adds a sample whose features were not found.</summary>
    public void Add(int index, ulong hash)
    {
        // Different samples of one hash are chained; the newest comes first.
        if (_firstByHash.TryGetValue(hash, out var before)) _nextOfHash.Add(index, before);
        _firstByHash[hash] = index;
    }

    /// <summary>Two interleaved multiply-rotate lanes over pairs of floats; equality is verified, so it only has to spread well.</summary>
    public static ulong Hash(ReadOnlySpan<float> features)
    {
        const ulong Prime = 0x9FB21C651E98DF25;
        var words = MemoryMarshal.Cast<float, ulong>(features);
        ulong a = Prime, b = ~Prime;
        var i = 0;
        for (; i + 1 < words.Length; i += 2)
        {
            a = ulong.RotateLeft(a ^ words[i], 29) * Prime;
            b = ulong.RotateLeft(b ^ words[i + 1], 31) * Prime;
        }

        if (i < words.Length) a = ulong.RotateLeft(a ^ words[i], 29) * Prime;
        if (features.Length % 2 == 1) b = ulong.RotateLeft(b ^ BitConverter.SingleToUInt32Bits(features[^1]), 31) * Prime;
        var hash = a ^ ulong.RotateLeft(b, 32) ^ (ulong)features.Length;
        return (hash ^ (hash >> 29)) * Prime;
    }
}
