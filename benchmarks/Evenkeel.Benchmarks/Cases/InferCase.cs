using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>An evaluation of a network of the model table, batch normalisation folded, on fixed random data.</summary>
/// <param name="name">The case's name.</param>
/// <param name="model">The network's name in <see cref="ModelTable"/>.</param>
/// <param name="sample">The shape of a sample.</param>
/// <param name="batch">Samples of a run.</param>
/// <param name="classes">How many numbers go out.</param>
public sealed class InferCase(string name, string model, Shape sample, int batch, int classes = 10) : BenchmarkCase
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var network = ModelTable.Create(model, new ModelOptions { Outputs = classes }).Build(sample, seed: 0);
        var plan = EvaluationPlan.Compile(network, options: new PlanOptions { Capacity = batch, Threads = threads });
        var slot = plan.CreateSlot();
        slot.Count = batch;
        new RandomStream(0, "features").FillNormal(slot.Features);
        return new Run(plan, slot) { Operations = 2.0 * batch * ModelSummary.Of(network).MultiplyAdds };
    }

    private sealed class Run(EvaluationPlan plan, BatchSlot slot) : BenchmarkRun
    {
        public override void Step() => plan.Run(slot);

        public override void Dispose() => plan.Dispose();
    }
}
