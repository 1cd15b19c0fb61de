using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;
using BatchSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Lab.Trials;

/// <summary>Predicts the gradient that something will get from what it is: one hidden layer with ReLU, the last layer zero at first. It speaks of gradients per sequence, N times those of a batch's mean.</summary>
/// <remarks>Jaderberg et al. 2016, section 2.1 and supplement: a state's module has one hidden layer of the LSTM's size.</remarks>
internal sealed class GradientModule : IDisposable
{
    private const double CosineRate = 0.001;

    private readonly SegmentPlan _plan;
    private readonly BatchSlot _slot;
    private readonly int _batchSize;
    private long _commits;

    /// <param name="features">Numbers that it sees of a sequence.</param>
    /// <param name="outputs">Numbers of a gradient.</param>
    /// <param name="units">Units of the hidden layer.</param>
    /// <param name="batchSize">Sequences side by side.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <param name="options">Capacity, threads.</param>
    public GradientModule(int features, int outputs, int units, int batchSize, ulong seed, PlanOptions options)
    {
        var model = new Sequential(
            ("module", new Dense(units, new DenseOptions { WeightInitializer = He.Normal })), ("module.activation", new Relu()),
            ("prediction", new Dense(outputs, new DenseOptions { WeightInitializer = Constant.Zero }))).Build(Shape.Batch(features), seed);
        _plan = SegmentPlan.CompileTop(model, new MeanSquaredError(), targetsAreLate: true, new UpdateMemory(model, new Adam()), inputGradient: false, options);
        _slot = _plan.CreateSlot();
        _slot.Count = _batchSize = batchSize;
    }

    /// <summary>Of predictions and truths, averaged over the last ones learned.</summary>
    public double Cosine { get; private set; }

    /// <summary>What it said last, sequence by sequence: gradients per sequence.</summary>
    public ReadOnlySpan<float> Said => _plan.Output;

    /// <summary>Predicts the gradient of a batch's mean.</summary>
    /// <param name="seen">What it sees, sequence by sequence.</param>
    /// <param name="share">What the prediction is multiplied by.</param>
    /// <param name="gradient">Receives it.</param>
    public void Predict(ReadOnlySpan<float> seen, float share, Span<float> gradient)
    {
        Look(seen);
        var factor = share / _batchSize;
        for (var i = 0; i < gradient.Length; i++) gradient[i] = factor * _plan.Output[i];
    }

    /// <summary>Learns what it should have predicted, unless something is not finite.</summary>
    /// <param name="seen">What it sees.</param>
    /// <param name="truth">The gradient of a batch's mean.</param>
    /// <param name="rate">The rate of Adam.</param>
    /// <returns>Whether all was finite.</returns>
    public bool Learn(ReadOnlySpan<float> seen, ReadOnlySpan<float> truth, float rate)
    {
        Look(seen);
        var (product, said, meant) = (0.0, 0.0, 0.0);
        for (var i = 0; i < truth.Length; i++)
        {
            _plan.Late[i] = (float)_batchSize * truth[i];
            product += _plan.Output[i] * (double)truth[i];
            said += Math.Pow(_plan.Output[i], 2);
            meant += Math.Pow(truth[i], 2);
        }

        if (said * meant > 0) Cosine += CosineRate * ((product / Math.Sqrt(said * meant)) - Cosine);
        _plan.Backward();
        var (_, isFinite) = _plan.Check();
        if (isFinite) _plan.Commit(_commits++, rate, GradientChange.None);
        return isFinite;
    }

    /// <summary>Gives the thread back.</summary>
    public void Dispose() => _plan.Dispose();

    private void Look(ReadOnlySpan<float> seen)
    {
        seen.CopyTo(_slot.Features);
        _plan.Forward(_slot);
    }
}
