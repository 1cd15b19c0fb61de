using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Augmentation;

/// <summary>Random numbers of one sample in one epoch: number i is a function of (stream, epoch, sample, i) alone.</summary>
/// <param name="stream">The augmentation's own stream.</param>
/// <param name="epoch">From 0.</param>
/// <param name="index">The sample's index in the training part.</param>
public readonly struct SampleRandom(RandomStream stream, int epoch, int index)
{
    // No epoch has this number, so what is fixed for a sample meets no epoch's row.
    private const uint EveryEpoch = uint.MaxValue;

    private readonly RandomStream _stream = stream;
    private readonly int _index = index;

    /// <summary>The epoch, from 0.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>Number <paramref name="draw"/>, uniform over [0, 1).</summary>
    /// <param name="draw">From 0.</param>
    public float Uniform(int draw) => _stream.Uniform((ulong)draw, Row((uint)Epoch));

    /// <summary>Number <paramref name="draw"/>, uniform over [<paramref name="least"/>, <paramref name="below"/>).</summary>
    /// <param name="draw">From 0.</param>
    /// <param name="least">The lower end.</param>
    /// <param name="below">The upper end.</param>
    public float Uniform(int draw, float least, float below) => least + ((below - least) * Uniform(draw));

    /// <summary>Number <paramref name="draw"/>, an integer from 0 to one below <paramref name="count"/>; its bias is below count / 2^32.</summary>
    /// <param name="draw">From 0.</param>
    /// <param name="count">At least 1.</param>
    public int Below(int draw, int count) => (int)(((ulong)_stream.Word((ulong)draw, Row((uint)Epoch)) * (uint)count) >> 32);

    /// <summary>A fair coin that falls the same way in every epoch.</summary>
    /// <param name="draw">From 0.</param>
    public bool CoinOfSample(int draw) => (_stream.Word((ulong)draw, Row(EveryEpoch)) & 1) != 0;

    private ulong Row(uint epoch) => ((ulong)epoch << 32) | (uint)_index;
}
