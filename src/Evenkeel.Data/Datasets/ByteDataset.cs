using Evenkeel.Data.Transforms;

namespace Evenkeel.Data.Datasets;

/// <summary>Where a <see cref="ByteDataset"/> has its bytes from; thread-safe, allocation-free.</summary>
internal abstract class ByteSource(int count)
{
    public int Count { get; } = count;

    public abstract ReadOnlySpan<byte> Sample(int index);

    public abstract int Label(int index);
}

/// <summary>Bytes that are all in memory.</summary>
internal sealed class StoredBytes(ReadOnlyMemory<byte> samples, int length, ReadOnlyMemory<int> labels) : ByteSource(labels.Length)
{
    public override ReadOnlySpan<byte> Sample(int index) => samples.Span.Slice(index * length, length);

    public override int Label(int index) => labels.Span[index];
}

/// <summary>Samples of bytes that become floats when read, by a table of 256 values per channel into which point transforms are folded.</summary>
internal sealed class ByteDataset : Dataset
{
    private const int Levels = 256;

    private readonly ByteSource _source;
    private readonly float[] _table;
    private readonly int _channels;

    public ByteDataset(string name, SampleShape shape, TargetSpec target, ByteSource source)
        : this(name, shape, target, source, UnitTable(), 1)
    {
    }

    private ByteDataset(string name, SampleShape shape, TargetSpec target, ByteSource source, float[] table, int channels)
        : base(name, shape, target)
    {
        _source = source;
        _table = table;
        _channels = channels;
    }

    public override int Count => _source.Count;

    public override Dataset With(ITransform transform)
    {
        if (transform is not IPointTransform point) return base.With(transform);
        // One table serves all channels as long as they share their values.
        var channels = Shape.Channels;
        var table = new float[channels * Levels];
        for (var i = 0; i < table.Length; i++) table[i] = point.Map(_table[_channels == 1 ? i % Levels : i], i / Levels);
        var shared = true;
        for (var i = Levels; i < table.Length; i++) shared &= table[i].Equals(table[i % Levels]);
        return shared
            ? new ByteDataset(Name, Shape, Target, _source, table[..Levels], 1)
            : new ByteDataset(Name, Shape, Target, _source, table, channels);
    }

    protected override void ReadFeatures(int index, Span<float> features)
    {
        var bytes = _source.Sample(index);
        if (_channels > 1)
        {
            ReadChannels(bytes, features, _table, _channels);
            return;
        }

        // A length that the compiler knows frees the look-ups from checks; eight at a time halve what is left.
        var table = new ReadOnlySpan<float>(_table, 0, Levels);
        while (bytes.Length >= 8 && features.Length >= 8)
        {
            features[0] = table[bytes[0]];
            features[1] = table[bytes[1]];
            features[2] = table[bytes[2]];
            features[3] = table[bytes[3]];
            features[4] = table[bytes[4]];
            features[5] = table[bytes[5]];
            features[6] = table[bytes[6]];
            features[7] = table[bytes[7]];
            bytes = bytes[8..];
            features = features[8..];
        }

        for (var i = 0; i < features.Length; i++) features[i] = table[bytes[i]];
    }

    protected override int ReadClass(int index) => _source.Label(index);

    private static void ReadChannels(ReadOnlySpan<byte> bytes, Span<float> features, float[] table, int channels)
    {
        for (var i = 0; i < features.Length; i += channels)
        {
            for (var c = 0; c < channels; c++) features[i + c] = table[(c * Levels) + bytes[i + c]];
        }
    }

    private static float[] UnitTable()
    {
        var table = new float[Levels];
        for (var i = 0; i < Levels; i++) table[i] = i / 255f;
        return table;
    }
}
