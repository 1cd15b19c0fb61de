using Evenkeel.Data.Loading;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Datasets;

public abstract partial class Dataset
{
    /// <summary>A view of chosen samples, in the given order; an index may come more than once.</summary>
    /// <param name="indices">Each 0..Count-1; copied.</param>
    /// <exception cref="DatasetException">EK0309: an index that names no sample.</exception>
    public virtual Dataset Subset(ReadOnlySpan<int> indices)
    {
        var copy = indices.ToArray();
        foreach (var index in copy)
        {
            if ((uint)index >= (uint)Count) throw DataErrors.IndexOutOfRange(Name, index, Count, "a subset names");
        }

        return new SubsetDataset(this, copy);
    }

    /// <summary>A view of the first samples.</summary>
    /// <param name="count">1..Count.</param>
    /// <exception cref="DatasetException">EK0309: more samples than there are, or none.</exception>
    public Dataset Take(int count)
    {
        if (count < 1 || count > Count) throw DataErrors.IndexOutOfRange(Name, count - 1, Count, "the last one to take has");
        return count == Count ? this : Subset(Range(0, count));
    }

    /// <summary>Splits into the first samples and the others, in order.</summary>
    /// <param name="firstCount">1..Count-1.</param>
    /// <exception cref="DatasetException">EK0310: a part would be empty.</exception>
    public DatasetSplit Split(int firstCount)
    {
        if (firstCount < 1 || firstCount >= Count) throw DataErrors.BadPart(Name, Count, firstCount, "a split");
        return new DatasetSplit(Subset(Range(0, firstCount)), Subset(Range(firstCount, Count - firstCount)));
    }

    /// <summary>Holds out a random part, for validation; both parts keep the original order.</summary>
    /// <param name="count">Samples to hold out, 1..Count-1.</param>
    /// <param name="seed">The same seed and Count always hold out the same samples.</param>
    /// <returns>The rest first, the held-out samples second.</returns>
    /// <exception cref="DatasetException">EK0310: a part would be empty.</exception>
    public DatasetSplit HoldOut(int count, ulong seed)
    {
        if (count < 1 || count >= Count) throw DataErrors.BadPart(Name, Count, count, "a hold-out");
        var order = Range(0, Count);
        Permutation.Shuffle(new RandomStream(seed, "hold-out"), 0, order);
        ArrangeHeld(order, count);
        var held = order.AsSpan(0, count);
        var rest = order.AsSpan(count);
        held.Sort();
        rest.Sort();
        return new DatasetSplit(Subset(rest), Subset(held));
    }

    /// <summary>Rearranges shuffled samples, of which the first are held out.</summary>
    private protected virtual void ArrangeHeld(int[] order, int count)
    {
    }

    private static int[] Range(int start, int count)
    {
        var range = new int[count];
        for (var i = 0; i < count; i++) range[i] = start + i;
        return range;
    }
}
