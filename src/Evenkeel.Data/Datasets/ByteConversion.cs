using Evenkeel.Data.Transforms;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Data.Datasets;

/// <summary>Bytes to floats by computation: <c>(byte / 255 - mean) scale</c>, per channel.</summary>
internal sealed unsafe class ByteConversion
{
    private const int Levels = 256;
    private const int WidestPack = 16;

    private readonly KernelEntry<BytesToFloatsArguments> _kernel = KernelEntry<BytesToFloatsArguments>.Of<BytesToFloats>(PackWidths.Widest);
    private readonly float[] _mean;
    private readonly float[] _scale;
    private readonly int _channels;

    private ByteConversion(ReadOnlySpan<float> mean, ReadOnlySpan<float> scale)
    {
        _channels = mean.Length;
        (_mean, _scale) = (new float[_channels + WidestPack], new float[_channels + WidestPack]);
        for (var i = 0; i < _mean.Length; i++) (_mean[i], _scale[i]) = (mean[i % _channels], scale[i % _channels]);
    }

    /// <summary>Without standardisation.</summary>
    public static ByteConversion Plain { get; } = new([0], [1]);

    public static ByteConversion Of(Standardization standardization) => new(standardization.Subtracted, standardization.Factors);

    /// <summary>Whether every level of every channel comes out with the bits of a table.</summary>
    public bool Gives(ReadOnlySpan<float> table)
    {
        var bytes = new byte[Levels * _channels];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(i / _channels);
        var values = new float[bytes.Length];
        Read(bytes, values);
        for (var i = 0; i < values.Length; i++)
        {
            var (level, channel) = (i / _channels, i % _channels);
            if (!values[i].Equals(table[table.Length == Levels ? level : (channel * Levels) + level])) return false;
        }

        return true;
    }

    public void Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        fixed (byte* source = bytes)
        fixed (float* destination = values, mean = _mean, scale = _scale)
        {
            var arguments = new BytesToFloatsArguments { Bytes = source, Values = destination, Count = values.Length, Channels = _channels, Mean = mean, Scale = scale };
            _kernel.Run(ref arguments);
        }
    }
}
