using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Diagnostics.Probing;

/// <summary>The remedy of wrong statistics: those of the population over training batches (Ioffe and Szegedy 2015, Algorithm 2).</summary>
internal static class Recalibrate
{
    private const int Batches = 32;
    private const int UsualBatch = 128;

    /// <summary>The fix; null where there are no samples to take statistics from.</summary>
    public static Fix? With(Patient patient)
    {
        if (patient.Training is not { Count: > 1 } samples) return null;
        return new Fix("replaces the running statistics of all layers by population statistics over training batches", model => Run(model, samples, patient.BatchSize ?? UsualBatch));
    }

    private static void Run(Model model, Dataset samples, int batchSize)
    {
        var size = Math.Clamp(batchSize, 2, samples.Count);
        using var plan = RecalibrationPlan.Compile(model, new PlanOptions { Capacity = size });
        var loader = new Loader(samples, new LoaderOptions { BatchSize = size, DropLast = true });
        var slot = plan.CreateSlot();
        foreach (var batch in loader.Batches())
        {
            if (plan.Batches == Batches) break;
            slot.Fill(batch.Features);
            plan.Accumulate(slot);
        }

        plan.Commit();
    }
}
