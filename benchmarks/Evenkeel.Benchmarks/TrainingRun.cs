using Evenkeel.Engine;

namespace Evenkeel.Benchmarks;

/// <summary>Whole steps of a training plan on one batch.</summary>
/// <param name="plan">The plan; the run frees it.</param>
/// <param name="slot">The batch.</param>
internal sealed class TrainingRun(TrainingPlan plan, BatchSlot slot) : BenchmarkRun
{
    public override void Step() => plan.Step(slot);

    public override void Dispose() => plan.Dispose();
}
