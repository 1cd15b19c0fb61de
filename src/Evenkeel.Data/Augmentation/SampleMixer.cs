using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Augmentation;

/// <summary>Assembles batches of mixed samples with distributions over the classes as targets; in pieces, by any workers.</summary>
/// <remarks>
/// A sample's partner is any sample of the training part, as augmented in the same epoch: partner, shares and place are a function of seed, epoch and index, whatever the threads, the batches and the interruptions.
/// Targets are <c>(1 - e) (l onehot_i + (1 - l) onehot_j) + e / classes</c> with e of label smoothing. Nothing is allocated per batch.
/// </remarks>
public sealed class SampleMixer
{
    private readonly Dataset _training;
    private readonly ISampleMixing _mixing;
    private readonly Augmenter? _augmenter;
    private readonly float _smoothing;
    private readonly RandomStream _mixes;
    private readonly RandomStream _partners;
    private readonly float[][] _others;
    private readonly float[][] _scratch;
    private readonly (int Height, int Width, int Channels) _shape;

    /// <summary>Creates a mixer.</summary>
    /// <param name="mixing">How two samples are mixed.</param>
    /// <param name="training">The training part; its targets are classes.</param>
    /// <param name="augmenter">Changes both samples first; null for nothing.</param>
    /// <param name="smoothing">The share of the target that all classes divide evenly, in [0, 1).</param>
    /// <param name="seed">Decides, with epoch and index, what happens to a sample.</param>
    /// <param name="workers">The most workers that run pieces at the same time.</param>
    /// <exception cref="DatasetException">EK0306: the targets are values. EK0339: samples that the mixing does not take.</exception>
    public SampleMixer(ISampleMixing mixing, Dataset training, Augmenter? augmenter, float smoothing, ulong seed, int workers)
    {
        ArgumentNullException.ThrowIfNull(mixing);
        ArgumentNullException.ThrowIfNull(training);
        if (training.Target.Kind != TargetKind.ClassIndex) throw DataErrors.WrongTarget(training.Name, "class labels", training.Target.ToString());
        var shape = training.Shape;
        if (!mixing.Takes(shape.Rank)) throw DataErrors.NothingToAugment(shape.ToString());
        _shape = shape.Rank switch
        {
            2 => (shape[0], shape[1], 1),
            3 => (shape[0], shape[1], shape[2]),
            _ => (1, shape.Length, 1),
        };
        (_mixing, _training, _augmenter, _smoothing) = (mixing, training, augmenter, smoothing);
        (_mixes, _partners) = (new RandomStream(seed, "mixing"), new RandomStream(seed, "mixing/partner"));
        _others = [.. Enumerable.Range(0, workers).Select(_ => new float[shape.Length])];
        _scratch = [.. Enumerable.Range(0, workers).Select(_ => new float[shape.Length])];
    }

    /// <summary>Reads and mixes piece <paramref name="piece"/> of a batch.</summary>
    /// <param name="batch">Which samples, and of which epoch.</param>
    /// <param name="piece">0..pieceCount-1.</param>
    /// <param name="pieceCount">At least 1.</param>
    /// <param name="features"><c>[Count, shape]</c>, at least.</param>
    /// <param name="targets"><c>[Count, classes]</c>, at least.</param>
    /// <param name="classes">Numbers of a target; at least the dataset's classes.</param>
    /// <param name="worker">Who runs the piece, 0..workers-1.</param>
    public void Assemble(BatchSlot batch, int piece, int pieceCount, Span<float> features, Span<float> targets, int classes, int worker)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var (start, end) = batch.Rows(piece, pieceCount);
        var length = _others[worker].Length;
        for (var row = start; row < end; row++)
            Mix(batch.Position.Epoch, batch.Indices[row], features.Slice(row * length, length), targets.Slice(row * classes, classes), worker);
    }

    /// <summary>Reads and mixes one sample.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="index">The sample's index in the training part.</param>
    /// <param name="features">Receives the mixed sample.</param>
    /// <param name="target">Receives the distribution over the classes.</param>
    /// <param name="worker">0..workers-1.</param>
    public void Mix(int epoch, int index, Span<float> features, Span<float> target, int worker = 0)
    {
        var other = new SampleRandom(_partners, epoch, index).Below(0, _training.Count);
        Read(epoch, index, features, worker);
        Read(epoch, other, _others[worker], worker);
        var image = new AugmentedImage(features, _scratch[worker], _shape.Height, _shape.Width, _shape.Channels);
        var share = _mixing.Mix(in image, _others[worker], new SampleRandom(_mixes, epoch, index));
        target.Fill(_smoothing / target.Length);
        target[_training.ReadLabel(index)] += (1 - _smoothing) * share;
        target[_training.ReadLabel(other)] += (1 - _smoothing) * (1 - share);
    }

    private void Read(int epoch, int index, Span<float> features, int worker)
    {
        _training.Read(index, features);
        _augmenter?.Apply(epoch, index, features, worker);
    }
}
