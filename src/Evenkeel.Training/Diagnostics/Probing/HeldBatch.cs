using Evenkeel.Data.Datasets;
using Evenkeel.Engine;

namespace Evenkeel.Training.Diagnostics.Probing;

/// <summary>Samples taken at even distances out of a dataset, so that sorted data give all their classes.</summary>
internal static class HeldBatch
{
    public static void Fill(Dataset dataset, int count, BatchSlot slot)
    {
        var length = dataset.Shape.Length;
        for (var row = 0; row < count; row++)
        {
            var index = (int)((long)row * dataset.Count / count);
            dataset.Read(index, slot.Features.Slice(row * length, length));
            if (slot.TargetsPerSample == 0) continue;
            if (dataset.Target.Kind == TargetKind.ClassIndex) slot.Labels[row] = dataset.ReadLabel(index);
            else dataset.ReadValues(index, slot.Targets.Slice(row * slot.TargetsPerSample, slot.TargetsPerSample));
        }

        slot.Count = count;
    }
}
