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

/// <summary>Samples of bytes that become floats when read: computed where the only transform is a standardisation, else by a table of 256 values per channel into which point transforms are folded.</summary>
/// <remarks>Both give the same bits: the computation is compared with the table when a view is made, and where one bit differs (hardware without fused multiply-add) the table is used.</remarks>
internal sealed class ByteDataset : Dataset
{
    private const int Levels = 256;

    private readonly ByteSource _source;
    private readonly float[] _table;
    private readonly int _channels;
    private readonly ByteConversion? _conversion;

    public ByteDataset(string name, SampleShape shape, TargetSpec target, ByteSource source)
        : this(name, shape, target, source, UnitTable(), 1, ByteConversion.Plain)
    {
    }

    private ByteDataset(string name, SampleShape shape, TargetSpec target, ByteSource source, float[] table, int channels, ByteConversion? conversion)
        : base(name, shape, target)
    {
        _source = source;
        _table = table;
        _channels = channels;
        _conversion = conversion?.Gives(table) == true ? conversion : null;
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
        var conversion = ReferenceEquals(_conversion, ByteConversion.Plain) && transform is Standardization standardization ? ByteConversion.Of(standardization) : null;
        return shared
            ? new ByteDataset(Name, Shape, Target, _source, table[..Levels], 1, conversion)
            : new ByteDataset(Name, Shape, Target, _source, table, channels, conversion);
    }

    protected override void ReadFeatures(int index, Span<float> features)
    {
        var bytes = _source.Sample(index);
        if (_conversion is not null) _conversion.Read(bytes, features);
        else if (_channels == 1) LookUp(bytes, features);
        else LookUp(bytes, features, _channels);
    }

    protected override int ReadClass(int index) => _source.Label(index);

    private void LookUp(ReadOnlySpan<byte> bytes, Span<float> features)
    {
        // A length that the compiler knows frees the look-ups from checks.
        var table = new ReadOnlySpan<float>(_table, 0, Levels);
        for (var i = 0; i < features.Length; i++) features[i] = table[bytes[i]];
    }

    private void LookUp(ReadOnlySpan<byte> bytes, Span<float> features, int channels)
    {
        for (var i = 0; i < features.Length; i += channels)
        {
            for (var c = 0; c < channels; c++) features[i + c] = _table[(c * Levels) + bytes[i + c]];
        }
    }

    private static float[] UnitTable()
    {
        var table = new float[Levels];
        for (var i = 0; i < Levels; i++) table[i] = i / 255f;
        return table;
    }
}
