using Evenkeel.Benchmarks.Networks;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>A training step of an LSTM with as many inputs as units: forward, backward from a given cotangent of all states, plain gradient descent. Paired with <c>benchmarks/peers/torch_lstm.py</c>.</summary>
/// <param name="units">Units and inputs.</param>
/// <param name="steps">Time steps.</param>
/// <param name="batch">Samples of a step.</param>
/// <param name="normalization">What is normalised inside the cell.</param>
public sealed class TrainRecurrentCase(int units, int steps, int batch, RecurrentNormalization normalization = RecurrentNormalization.None) : BenchmarkCase
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"train/lstm{units}-t{steps}-b{batch}{normalization switch { RecurrentNormalization.None => "", RecurrentNormalization.Layer => "-ln", _ => "-bn" }}");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var model = new Lstm(units, new RecurrentOptions { Normalization = normalization }).Build(Shape.Batch(steps, units), seed: 0);
        var plan = TrainingPlan.Compile(model, new GivenCotangent(), new Sgd { Momentum = 0 }, new PlanOptions { Capacity = batch, Threads = threads });
        plan.LearningRate = 1e-6f;
        var slot = plan.CreateSlot();
        slot.Count = batch;
        new RandomStream(0, "features").FillNormal(slot.Features);
        new RandomStream(0, "cotangent").FillNormal(slot.Targets);
        return new Run(plan, slot);
    }

    private sealed class Run(TrainingPlan plan, BatchSlot slot) : BenchmarkRun
    {
        public override void Step() => plan.Step(slot);

        public override void Dispose() => plan.Dispose();
    }
}
