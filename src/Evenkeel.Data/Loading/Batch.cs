using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Loading;

/// <summary>One assembled batch with memory of its own.</summary>
public sealed class Batch
{
    private readonly float[] _features;
    private readonly int[] _labels;
    private readonly float[] _values;
    private readonly int _length;
    private readonly int _width;

    internal Batch(Loader loader)
    {
        Slot = loader.CreateSlot();
        var target = loader.Dataset.Target;
        _length = loader.Dataset.Shape.Length;
        _features = new float[checked(Slot.Capacity * _length)];
        _labels = target.Kind == TargetKind.ClassIndex ? new int[Slot.Capacity] : [];
        _width = target.Kind == TargetKind.Values ? target.Width : 0;
        _values = new float[checked(Slot.Capacity * _width)];
    }

    /// <summary>Which samples the batch holds.</summary>
    public BatchSlot Slot { get; }

    /// <summary>How many samples the batch has.</summary>
    public int Count => Slot.Count;

    /// <summary><c>[Count, shape]</c>, channels last.</summary>
    public ReadOnlySpan<float> Features => _features.AsSpan(0, Count * _length);

    /// <summary><c>[Count]</c>; empty where the targets are values.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, _width == 0 ? Count : 0);

    /// <summary><c>[Count, Target.Width]</c>; empty where the targets are classes.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count * _width);

    internal void Assemble()
    {
        if (_width == 0) Slot.Assemble(0, 1, _features, _labels);
        else Slot.Assemble(0, 1, _features, _values);
    }
}
