using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>A whole training step of a network of the model table on fixed random data: forward, loss, backward, momentum with weight decay.</summary>
/// <param name="name">The case's name.</param>
/// <param name="model">The network's name in <see cref="ModelTable"/>.</param>
/// <param name="sample">The shape of a sample.</param>
/// <param name="batch">Samples of a step.</param>
/// <param name="classes">How many numbers go out.</param>
/// <param name="normalizes">Whether the network has its batch normalisation.</param>
public sealed class TrainNetworkCase(string name, string model, Shape sample, int batch, int classes = 10, bool normalizes = true) : BenchmarkCase
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var options = new ModelOptions { Outputs = classes, Normalization = normalizes ? NormalizationKind.Batch : NormalizationKind.None };
        var network = ModelTable.Create(model, options).Build(sample, seed: 0);
        var plan = TrainingPlan.Compile(network, new SoftmaxCrossEntropy(), new Sgd { Momentum = 0.9f, WeightDecay = 1e-4f }, new PlanOptions { Capacity = batch, Threads = threads });

        // Without normalisation a network this deep diverges at a useful rate, and a step that is not committed would be timed without its update.
        plan.LearningRate = normalizes ? 0.01f : 1e-5f;
        var slot = plan.CreateSlot();
        slot.Count = batch;
        new RandomStream(0, "features").FillNormal(slot.Features);
        for (var i = 0; i < batch; i++) slot.Labels[i] = (int)(new RandomStream(0, "labels").Word((ulong)i) % (ulong)classes);
        return new TrainingRun(plan, slot) { Operations = 6.0 * batch * ModelSummary.Of(network).MultiplyAdds };
    }
}
