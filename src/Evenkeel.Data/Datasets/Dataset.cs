using Evenkeel.Data.Transforms;

namespace Evenkeel.Data.Datasets;

/// <summary>A number of samples of one shape with class labels or float targets, read by index.</summary>
/// <remarks>
/// Reading is thread-safe and allocates nothing, so that several workers can assemble one batch; the same index always gives the same bits.
/// Derive from it for a source of your own, or use the <c>From</c> methods.
/// </remarks>
public abstract partial class Dataset
{
    /// <summary>Creates the base of a dataset.</summary>
    /// <param name="name">Names the dataset in messages and reports.</param>
    /// <param name="shape">The shape of every sample, channels last.</param>
    /// <param name="target">Classes or values.</param>
    protected Dataset(string name, SampleShape shape, TargetSpec target)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(target);
        Name = name;
        Shape = shape;
        Target = target;
    }

    /// <summary>Names the dataset in messages and reports.</summary>
    public string Name { get; }

    /// <summary>The shape of every sample, channels last.</summary>
    public SampleShape Shape { get; }

    /// <summary>What the targets are.</summary>
    public TargetSpec Target { get; }

    /// <summary>How many samples there are.</summary>
    public abstract int Count { get; }

    /// <summary>Reads the features of one sample.</summary>
    /// <param name="index">0..Count-1.</param>
    /// <param name="features">Receives the sample, row-major, channels last; exactly <c>Shape.Length</c> long.</param>
    /// <exception cref="DatasetException">EK0309: no such sample.</exception>
    public void Read(int index, Span<float> features)
    {
        CheckIndex(index);
        if (features.Length != Shape.Length) throw DataErrors.FeatureLength(Name, index, features.Length, Shape.Length, Shape.ToString());
        ReadFeatures(index, features);
    }

    /// <summary>Reads the class of one sample.</summary>
    /// <param name="index">0..Count-1.</param>
    /// <returns>0..ClassCount-1.</returns>
    /// <exception cref="DatasetException">EK0303: the source gave a label outside the classes. EK0306: the targets are values. EK0309: no such sample.</exception>
    public int ReadLabel(int index)
    {
        CheckIndex(index);
        if (Target.Kind != TargetKind.ClassIndex) throw DataErrors.WrongTarget(Name, "class labels", Target.ToString());
        var label = ReadClass(index);
        return (uint)label < (uint)Target.ClassCount ? label : throw DataErrors.LabelOutOfRange(Name, index, label, Target.ClassCount);
    }

    /// <summary>Reads the target values of one sample.</summary>
    /// <param name="index">0..Count-1.</param>
    /// <param name="values">Receives the values; exactly <c>Target.Width</c> long.</param>
    /// <exception cref="DatasetException">EK0306: the targets are classes. EK0307: a span of another length. EK0309: no such sample.</exception>
    public void ReadValues(int index, Span<float> values)
    {
        CheckIndex(index);
        if (Target.Kind != TargetKind.Values) throw DataErrors.WrongTarget(Name, "target values", Target.ToString());
        if (values.Length != Target.Width) throw DataErrors.TargetWidth(Name, index, values.Length, Target.Width);
        ReadTargets(index, values);
    }

    /// <summary>Fills <paramref name="features"/>; index and length are already checked.</summary>
    /// <param name="index">0..Count-1.</param>
    /// <param name="features">Exactly <c>Shape.Length</c> long; every element must be written.</param>
    protected abstract void ReadFeatures(int index, Span<float> features);

    /// <summary>Gives the class of a sample; called only where the targets are classes.</summary>
    /// <param name="index">0..Count-1.</param>
    protected virtual int ReadClass(int index) => throw new NotSupportedException($"{GetType().Name} has class targets but does not override ReadClass.");

    /// <summary>Fills the target values of a sample; called only where the targets are values.</summary>
    /// <param name="index">0..Count-1.</param>
    /// <param name="values">Exactly <c>Target.Width</c> long; every element must be written.</param>
    protected virtual void ReadTargets(int index, Span<float> values) => throw new NotSupportedException($"{GetType().Name} has value targets but does not override ReadTargets.");

    /// <summary>A view of this dataset whose features go through a transform.</summary>
    /// <param name="transform">Applied after reading; chained views apply theirs in order of chaining.</param>
    public virtual Dataset With(ITransform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return new TransformedDataset(this, transform);
    }

    /// <summary>Reads the features of every sample and throws where one is not finite.</summary>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="DatasetException">EK0304: names the first sample at fault; in a view the one of the dataset that it shows.</exception>
    public void RequireFinite(CancellationToken cancellation = default)
    {
        var features = new float[Shape.Length];
        for (var i = 0; i < Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Read(i, features);
            MemoryDataset.CheckFinite(Name, features, features.Length, "feature", IndexInSource(i));
        }
    }

    /// <summary>Where a sample of a view stands in the dataset that the view shows.</summary>
    internal virtual int IndexInSource(int index) => index;

    private void CheckIndex(int index)
    {
        if ((uint)index >= (uint)Count) throw DataErrors.IndexOutOfRange(Name, index, Count, "asked for");
    }
}
