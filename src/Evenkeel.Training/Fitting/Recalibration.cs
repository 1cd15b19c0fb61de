using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Fitting;

/// <summary>Replaces running statistics by those of the population (Ioffe and Szegedy 2015, Algorithm 2) over the first batches of epoch 0.</summary>
internal static class Recalibration
{
    /// <returns>False where it was cancelled; then nothing changed.</returns>
    public static bool Run(FitSetup setup, PlanOptions options, CancellationToken cancellation)
    {
        if (!setup.Model.Nodes.OfType<BatchNormNode>().Any()) return true;
        using var plan = RecalibrationPlan.Compile(setup.Model, options);
        var loader = new Loader(setup.Training, setup.LoaderOptions);
        var batch = loader.CreateSlot();
        var slot = plan.CreateSlot();
        var length = setup.Training.Shape.Length;
        for (var i = 0; i < Math.Min(setup.Options.RecalibrateBatches, loader.BatchesPerEpoch); i++)
        {
            if (cancellation.IsCancellationRequested) return false;
            loader.Next(batch);
            for (var row = 0; row < batch.Count; row++) setup.Training.Read(batch.Indices[row], slot.Features.Slice(row * length, length));
            slot.Count = batch.Count;
            plan.Accumulate(slot);
        }

        plan.Commit();
        return true;
    }
}
