namespace Evenkeel.Data.Datasets;

/// <summary>Samples and targets as floats in memory, checked once when it is made.</summary>
internal sealed class MemoryDataset : Dataset
{
    private readonly ReadOnlyMemory<float> _samples;
    private readonly ReadOnlyMemory<int> _labels;
    private readonly ReadOnlyMemory<float> _values;

    private MemoryDataset(string name, ReadOnlyMemory<float> samples, SampleShape shape, int count, TargetSpec target, ReadOnlyMemory<int> labels, ReadOnlyMemory<float> values)
        : base(name, shape, target)
    {
        _samples = samples;
        _labels = labels;
        _values = values;
        Count = count;
    }

    public override int Count { get; }

    public static MemoryDataset OfClasses(string name, ReadOnlyMemory<float> samples, SampleShape shape, ReadOnlyMemory<int> labels, TargetSpec? target)
    {
        var count = CountSamples(name, samples, shape);
        if (labels.Length != count) throw DataErrors.CountMismatch(name, count, "labels", labels.Length);
        target = CheckLabels(name, labels.Span, target);
        return new MemoryDataset(name, samples, shape, count, target, labels, default);
    }

    public static MemoryDataset OfValues(string name, ReadOnlyMemory<float> samples, SampleShape shape, ReadOnlyMemory<float> values, int width)
    {
        var target = TargetSpec.Values(width);
        var count = CountSamples(name, samples, shape);
        if (values.Length != (long)count * width) throw DataErrors.CountMismatch(name, count, width == 1 ? "target values" : $"target values of width {width}", values.Length);
        CheckFinite(name, values.Span, width, "target value");
        return new MemoryDataset(name, samples, shape, count, target, default, values);
    }

    /// <summary>Refuses labels outside the classes; without given classes, there are as many as the largest label asks for.</summary>
    public static TargetSpec CheckLabels(string name, ReadOnlySpan<int> labels, TargetSpec? target)
    {
        var largest = 0;
        foreach (var label in labels) largest = Math.Max(largest, label);
        // A stray huge label must not make a million classes in silence; whoever means it names the classes.
        var classes = target?.ClassCount ?? (largest < MostImpliedClasses ? largest + 1 : MostImpliedClasses);
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes) throw DataErrors.LabelOutOfRange(name, i, labels[i], classes);
        }

        return target ?? TargetSpec.Classes(classes);
    }

    protected override void ReadFeatures(int index, Span<float> features) => _samples.Span.Slice(index * Shape.Length, Shape.Length).CopyTo(features);

    protected override int ReadClass(int index) => _labels.Span[index];

    protected override void ReadTargets(int index, Span<float> values) => _values.Span.Slice(index * Target.Width, Target.Width).CopyTo(values);

    private const int MostImpliedClasses = 100_000;

    private static int CountSamples(string name, ReadOnlyMemory<float> samples, SampleShape shape)
    {
        if (samples.Length == 0) throw DataErrors.Empty(name);
        var (count, left) = Math.DivRem(samples.Length, shape.Length);
        if (left != 0) throw DataErrors.FeatureLength(name, count, left, shape.Length, shape.ToString());
        CheckFinite(name, samples.Span, shape.Length, "feature");
        return count;
    }

    /// <summary>Names the first number that is not finite.</summary>
    public static void CheckFinite(string name, ReadOnlySpan<float> numbers, int width, string what, int firstSample = 0)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i])) throw DataErrors.NonFinite(name, firstSample + (i / width), i % width, numbers[i], what);
        }
    }
}
