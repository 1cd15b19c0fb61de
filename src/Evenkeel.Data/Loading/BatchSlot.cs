using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Loading;

/// <summary>Which samples make up one batch; filled by <see cref="Loader.Next"/>, then assembled in pieces into memory of the caller's.</summary>
/// <remarks>
/// Two slots and two input buffers make a double buffer: while the step runs on one, workers assemble the other.
/// A slot keeps its own copy of the sample indices, so the loader may move on meanwhile.
/// </remarks>
public sealed class BatchSlot
{
    private readonly Dataset _dataset;
    private readonly int[] _indices;

    internal BatchSlot(Dataset dataset, int capacity)
    {
        _dataset = dataset;
        _indices = new int[capacity];
    }

    /// <summary>The most samples that the slot can hold: the loader's batch size.</summary>
    public int Capacity => _indices.Length;

    /// <summary>How many samples the batch has; the last batch of an epoch can have fewer than the others. 0 before the first <see cref="Loader.Next"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Epoch and number of the batch.</summary>
    public LoaderPosition Position { get; private set; }

    /// <summary>True for the last batch of its epoch.</summary>
    public bool EndsEpoch { get; private set; }

    /// <summary>The dataset's indices of the samples, in batch order.</summary>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    /// <summary>Reads piece <paramref name="piece"/> of the batch, for class labels. Pieces may run at once on any threads and in any order: they write separate rows, and the bits do not depend on their number.</summary>
    /// <param name="piece">0..pieceCount-1.</param>
    /// <param name="pieceCount">At least 1; more than <see cref="Count"/> leaves some pieces empty.</param>
    /// <param name="features"><c>[Count, shape]</c>, at least; what lies behind the last row is left as it is.</param>
    /// <param name="labels"><c>[Count]</c>, at least.</param>
    /// <exception cref="DatasetException">EK0303, EK0306: see <see cref="Dataset.ReadLabel"/>.</exception>
    public void Assemble(int piece, int pieceCount, Span<float> features, Span<int> labels)
    {
        var (start, end) = Rows(piece, pieceCount);
        var length = _dataset.Shape.Length;
        for (var row = start; row < end; row++)
        {
            _dataset.Read(_indices[row], features.Slice(row * length, length));
            labels[row] = _dataset.ReadLabel(_indices[row]);
        }
    }

    /// <summary>Reads piece <paramref name="piece"/> of the batch, for target values; otherwise as for class labels.</summary>
    /// <param name="piece">0..pieceCount-1.</param>
    /// <param name="pieceCount">At least 1.</param>
    /// <param name="features"><c>[Count, shape]</c>, at least.</param>
    /// <param name="values"><c>[Count, Target.Width]</c>, at least.</param>
    /// <exception cref="DatasetException">EK0306: see <see cref="Dataset.ReadValues"/>.</exception>
    public void Assemble(int piece, int pieceCount, Span<float> features, Span<float> values)
    {
        var (start, end) = Rows(piece, pieceCount);
        var length = _dataset.Shape.Length;
        var width = _dataset.Target.Width;
        for (var row = start; row < end; row++)
        {
            _dataset.Read(_indices[row], features.Slice(row * length, length));
            _dataset.ReadValues(_indices[row], values.Slice(row * width, width));
        }
    }

    internal void Set(LoaderPosition position, bool endsEpoch, ReadOnlySpan<int> indices)
    {
        Position = position;
        EndsEpoch = endsEpoch;
        Count = indices.Length;
        indices.CopyTo(_indices);
    }

    internal (int Start, int End) Rows(int piece, int pieceCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)piece, (uint)pieceCount, nameof(piece));
        return ((int)((long)Count * piece / pieceCount), (int)((long)Count * (piece + 1) / pieceCount));
    }
}
