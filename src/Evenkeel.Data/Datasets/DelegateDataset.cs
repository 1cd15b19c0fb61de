namespace Evenkeel.Data.Datasets;

/// <summary>Reads the features of one sample; called from several threads at once.</summary>
/// <param name="index">0..count-1.</param>
/// <param name="features">Receives the sample, row-major, channels last; every element must be written.</param>
public delegate void ReadSample(int index, Span<float> features);

/// <summary>Reads the target values of one sample; called from several threads at once.</summary>
/// <param name="index">0..count-1.</param>
/// <param name="values">Receives the values; every element must be written.</param>
public delegate void ReadTarget(int index, Span<float> values);

/// <summary>Samples that the user's delegates read by index.</summary>
internal sealed class DelegateDataset(string name, int count, SampleShape shape, ReadSample sample, TargetSpec spec, Func<int, int>? label, ReadTarget? values)
    : Dataset(name, shape, spec)
{
    public override int Count => count;

    protected override void ReadFeatures(int index, Span<float> features) => sample(index, features);

    protected override int ReadClass(int index) => label!(index);

    protected override void ReadTargets(int index, Span<float> target) => values!(index, target);
}
