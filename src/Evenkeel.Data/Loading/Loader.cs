using Evenkeel.Data.Datasets;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Loading;

/// <summary>Deals out the batches of a dataset, epoch after epoch without end; the order is a function of (seed, epoch) alone.</summary>
/// <remarks>
/// The loader only chooses samples. Reading them is the work of <see cref="BatchSlot.Assemble(int, int, Span{float}, Span{int})"/>, in pieces on the caller's workers; <see cref="Batches"/> does it on the calling thread.
/// Nothing is allocated per batch or epoch. A loader belongs to one thread at a time.
/// </remarks>
public sealed class Loader
{
    private readonly int[] _order;
    private int[]? _batchesOrder;
    private int _orderEpoch = -1;
    private int _batchesEpoch = -1;
    private int _epoch;
    private int _batch;

    /// <summary>Creates a loader that stands before the first batch of epoch 0.</summary>
    /// <param name="dataset">Its Count must not change.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="DatasetException">EK0305: no sample. EK0311: a batch size that gives no batch.</exception>
    public Loader(Dataset dataset, LoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Dataset = dataset;
        Options = options ?? new LoaderOptions();
        var count = dataset.Count;
        if (count < 1) throw DataErrors.Empty(dataset.Name);
        if (Options.BatchSize < 1 || (Options.DropLast && Options.BatchSize > count)) throw DataErrors.BadBatch(dataset.Name, Options.BatchSize, count);
        BatchesPerEpoch = Options.DropLast ? count / Options.BatchSize : (int)(((long)count + Options.BatchSize - 1) / Options.BatchSize);
        _order = new int[count];
    }

    /// <summary>The dataset that is read.</summary>
    public Dataset Dataset { get; }

    /// <summary>Batch size, seed, shuffling, dropping.</summary>
    public LoaderOptions Options { get; }

    /// <summary>How many batches an epoch has.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>How many samples an epoch has: all of them, or a multiple of the batch size with <see cref="LoaderOptions.DropLast"/>.</summary>
    public int SamplesPerEpoch => Options.DropLast ? BatchesPerEpoch * Options.BatchSize : Dataset.Count;

    /// <summary>The batch that <see cref="Next"/> will deal out.</summary>
    public LoaderPosition Position => new(_epoch, _batch);

    /// <summary>Makes a slot for this loader's batches.</summary>
    public BatchSlot CreateSlot() => new(Dataset, Math.Min(Options.BatchSize, Dataset.Count));

    /// <summary>Goes to a batch, at once; the batches from there on are those of an uninterrupted run.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="batch">0..BatchesPerEpoch-1; BatchesPerEpoch itself means the next epoch's first.</param>
    /// <exception cref="DatasetException">EK0312: there is no such batch.</exception>
    public void Seek(int epoch, int batch)
    {
        if (epoch < 0 || batch < 0 || batch > BatchesPerEpoch) throw DataErrors.BadPosition(Dataset.Name, epoch, batch, BatchesPerEpoch);
        _epoch = batch == BatchesPerEpoch ? checked(epoch + 1) : epoch;
        _batch = batch == BatchesPerEpoch ? 0 : batch;
    }

    /// <summary>Deals out the next batch, passing on to the next epoch after the last one.</summary>
    /// <param name="slot">Made by this loader; receives the batch.</param>
    public void Next(BatchSlot slot)
    {
        Order(_order, ref _orderEpoch, _epoch);
        Fill(slot, _order, _epoch, _batch);
        if (++_batch == BatchesPerEpoch)
        {
            _batch = 0;
            _epoch++;
        }
    }

    /// <summary>The batches of one epoch, assembled on the calling thread into one <see cref="Batch"/> that is used again for each; the loader's <see cref="Position"/> stays.</summary>
    /// <param name="epoch">From 0.</param>
    /// <example><c>foreach (var batch in loader.Batches()) Use(batch.Features, batch.Labels);</c></example>
    public BatchSequence Batches(int epoch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return new BatchSequence(this, epoch);
    }

    internal void FillFor(BatchSlot slot, int epoch, int batch)
    {
        _batchesOrder ??= new int[_order.Length];
        Order(_batchesOrder, ref _batchesEpoch, epoch);
        Fill(slot, _batchesOrder, epoch, batch);
    }

    private void Order(int[] order, ref int has, int epoch)
    {
        if (has == epoch) return;
        for (var i = 0; i < order.Length; i++) order[i] = i;
        if (Options.Shuffle) Permutation.Shuffle(new RandomStream(Options.Seed, "order"), (ulong)epoch, order);
        has = epoch;
    }

    private void Fill(BatchSlot slot, int[] order, int epoch, int batch)
    {
        var start = batch * Options.BatchSize;
        var count = Math.Min(Options.BatchSize, order.Length - start);
        slot.Set(new LoaderPosition(epoch, batch), batch == BatchesPerEpoch - 1, order.AsSpan(start, count));
    }
}
