using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Augmentation;

/// <summary>Applies augmentations, in order, to the samples of assembled batches; in pieces, by any workers.</summary>
/// <remarks>Augmentation number k draws from the stream <c>augmentation/k</c> of the seed. Nothing is allocated per batch.</remarks>
public sealed class Augmenter
{
    private readonly ImmutableArray<IAugmentation> _augmentations;
    private readonly RandomStream[] _streams;
    private readonly float[][] _scratch;
    private readonly (int Height, int Width, int Channels) _shape;

    /// <summary>Creates an augmenter.</summary>
    /// <param name="augmentations">In order.</param>
    /// <param name="shape">The samples' shape: an image <c>[H, W, C]</c> or <c>[H, W]</c>.</param>
    /// <param name="seed">Decides, with epoch and index, what happens to a sample.</param>
    /// <param name="workers">The most workers that run pieces at the same time.</param>
    /// <exception cref="DatasetException">EK0339: samples of that shape are no images.</exception>
    public Augmenter(ImmutableArray<IAugmentation> augmentations, SampleShape shape, ulong seed, int workers)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        _shape = shape.Rank switch
        {
            2 => (shape[0], shape[1], 1),
            3 => (shape[0], shape[1], shape[2]),
            _ => throw DataErrors.NothingToAugment(shape.ToString()),
        };
        _augmentations = augmentations;
        _streams = [.. augmentations.Select((_, k) => new RandomStream(seed, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"augmentation/{k}")))];
        _scratch = new float[workers][];
        for (var i = 0; i < workers; i++) _scratch[i] = new float[shape.Length];
    }

    /// <summary>Changes the samples of one piece of a batch; pieces are cut as by <see cref="BatchSlot.Assemble(int, int, Span{float}, Span{int})"/>.</summary>
    /// <param name="batch">Which samples, and of which epoch.</param>
    /// <param name="piece">0..pieceCount-1.</param>
    /// <param name="pieceCount">At least 1.</param>
    /// <param name="features"><c>[Count, shape]</c>, assembled.</param>
    /// <param name="worker">Who runs the piece, 0..workers-1; no two pieces at the same time have the same one.</param>
    public void Apply(BatchSlot batch, int piece, int pieceCount, Span<float> features, int worker)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var (start, end) = batch.Rows(piece, pieceCount);
        for (var row = start; row < end; row++) Apply(batch.Position.Epoch, batch.Indices[row], features.Slice(row * _scratch[worker].Length, _scratch[worker].Length), worker);
    }

    /// <summary>Changes one sample.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="index">The sample's index in the training part.</param>
    /// <param name="features">The sample.</param>
    /// <param name="worker">0..workers-1.</param>
    public void Apply(int epoch, int index, Span<float> features, int worker = 0)
    {
        var image = new AugmentedImage(features, _scratch[worker], _shape.Height, _shape.Width, _shape.Channels);
        for (var k = 0; k < _streams.Length; k++) _augmentations[k].Apply(in image, new SampleRandom(_streams[k], epoch, index));
    }
}
