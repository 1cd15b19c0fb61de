using System.Globalization;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>A whole training step of 784-w-w-w-10 on fixed random data: forward, loss, backward, momentum with weight decay.</summary>
/// <param name="hidden">w.</param>
/// <param name="batch">Samples of a step.</param>
/// <param name="activation">The hidden layers' nonlinearity.</param>
/// <param name="normalizes">Whether batch normalisation stands before each nonlinearity.</param>
public sealed class TrainPerceptronCase(int hidden, int batch, string activation, bool normalizes) : BenchmarkCase
{
    private const int Features = 784;
    private const int Classes = 10;

    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"train/mlp{hidden}{(normalizes ? "-bn" : "")}-b{batch}");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var model = Mlp.Create(new ModelOptions
        {
            Outputs = Classes,
            Hidden = [hidden, hidden, hidden],
            Activation = activation,
            Normalization = normalizes ? NormalizationKind.Batch : NormalizationKind.None,
        }).Build(Shape.Batch(Features), seed: 0);
        var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sgd { Momentum = 0.9f, WeightDecay = 1e-4f }, new PlanOptions { Capacity = batch, Threads = threads });
        plan.LearningRate = 0.01f;
        var slot = plan.CreateSlot();
        slot.Count = batch;
        new RandomStream(0, "features").FillNormal(slot.Features);
        for (var i = 0; i < batch; i++) slot.Labels[i] = (int)(new RandomStream(0, "labels").Word((ulong)i) % Classes);
        return new TrainingRun(plan, slot) { Operations = 6.0 * batch * ModelSummary.Of(model).MultiplyAdds };
    }
}
