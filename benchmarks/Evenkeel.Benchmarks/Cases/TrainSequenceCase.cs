using Evenkeel.Benchmarks.Networks;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>A training step of a layer that gives a sequence for a sequence: forward, backward from a given cotangent of all steps, plain gradient descent. Paired with <c>benchmarks/peers/torch_sequences.py</c>.</summary>
/// <param name="name">What stands behind <c>train/</c>.</param>
/// <param name="layer">The layer.</param>
/// <param name="features">Numbers per step, in and out.</param>
/// <param name="steps">Time steps.</param>
/// <param name="batch">Samples of a step.</param>
public sealed class TrainSequenceCase(string name, Layer layer, int features, int steps, int batch) : BenchmarkCase
{
    /// <inheritdoc/>
    public override string Name => $"train/{name}";

    /// <summary>An LSTM with as many inputs as units.</summary>
    public static TrainSequenceCase Lstm(int units, int steps, int batch, RecurrentNormalization normalization = RecurrentNormalization.None) => new(
        FormattableString.Invariant($"lstm{units}-t{steps}-b{batch}{normalization switch { RecurrentNormalization.None => "", RecurrentNormalization.Layer => "-ln", _ => "-bn" }}"),
        new Lstm(units, new RecurrentOptions { Normalization = normalization }), units, steps, batch);

    /// <summary>An encoder block with heads of 16 features and four times the features between its products.</summary>
    public static TrainSequenceCase Block(int features, int steps, int batch, string normalization = "layer") => new(
        FormattableString.Invariant($"transformer{features}-t{steps}-b{batch}{(normalization == "layer" ? "" : "-bn")}"),
        new TransformerBlock(features / 16, 4 * features, new TransformerOptions { Normalization = normalization }), features, steps, batch);

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var model = layer.Build(Shape.Batch(steps, features), seed: 0);
        var plan = TrainingPlan.Compile(model, new GivenCotangent(), new Sgd { Momentum = 0 }, new PlanOptions { Capacity = batch, Threads = threads });
        plan.LearningRate = 1e-6f;
        var slot = plan.CreateSlot();
        slot.Count = batch;
        new RandomStream(0, "features").FillNormal(slot.Features);
        new RandomStream(0, "cotangent").FillNormal(slot.Targets);
        return new TrainingRun(plan, slot) { Operations = 6.0 * batch * ModelSummary.Of(model).MultiplyAdds };
    }
}
