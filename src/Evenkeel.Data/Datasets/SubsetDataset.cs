using Evenkeel.Data.Transforms;

namespace Evenkeel.Data.Datasets;

/// <summary>A view of chosen samples, in a chosen order.</summary>
internal sealed class SubsetDataset(Dataset inner, int[] indices) : Dataset(inner.Name, inner.Shape, inner.Target)
{
    public override int Count => indices.Length;

    // Transforms go inside, where a dataset of bytes can fold them into its table.
    public override Dataset With(ITransform transform) => new SubsetDataset(inner.With(transform), indices);

    public override Dataset Subset(ReadOnlySpan<int> chosen)
    {
        var composed = new int[chosen.Length];
        for (var i = 0; i < composed.Length; i++)
        {
            if ((uint)chosen[i] >= (uint)indices.Length) throw DataErrors.IndexOutOfRange(Name, chosen[i], indices.Length, "a subset names");
            composed[i] = indices[chosen[i]];
        }

        return new SubsetDataset(inner, composed);
    }

    internal override int IndexInSource(int index) => inner.IndexInSource(indices[index]);

    protected override void ReadFeatures(int index, Span<float> features) => inner.Read(indices[index], features);

    protected override int ReadClass(int index) => inner.ReadLabel(indices[index]);

    protected override void ReadTargets(int index, Span<float> values) => inner.ReadValues(indices[index], values);
}
