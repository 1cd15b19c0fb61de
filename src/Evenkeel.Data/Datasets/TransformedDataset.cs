using Evenkeel.Data.Transforms;

namespace Evenkeel.Data.Datasets;

/// <summary>A view that applies a transform after reading.</summary>
internal sealed class TransformedDataset(Dataset inner, ITransform transform) : Dataset(inner.Name, inner.Shape, inner.Target)
{
    private readonly int _channels = inner.Shape.Channels;

    public override int Count => inner.Count;

    internal override int IndexInSource(int index) => inner.IndexInSource(index);

    protected override void ReadFeatures(int index, Span<float> features)
    {
        inner.Read(index, features);
        transform.Apply(features, _channels);
    }

    protected override int ReadClass(int index) => inner.ReadLabel(index);

    protected override void ReadTargets(int index, Span<float> values) => inner.ReadValues(index, values);
}
