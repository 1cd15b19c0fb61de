using Evenkeel.Engine;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Diagnostics.Probing;

/// <summary>Counts on a held batch of training samples how much of padded sequences is valid.</summary>
internal static class MaskProbe
{
    /// <summary>The share of valid places of every normalisation; 1 where there is no mask or no sample.</summary>
    public static double[] Run(Patient patient, IBatchNormalization[] nodes, PlanOptions options)
    {
        var shares = new double[nodes.Length];
        Array.Fill(shares, 1);
        Value[] masks = [.. nodes.Select(static node => node.Mask).OfType<Value>().Distinct()];
        if (masks.Length == 0 || patient.Training is not { Count: > 0 } samples) return shares;
        var count = Math.Min(options.Capacity, samples.Count);
        using var plan = ObservationPlan.Compile(patient.Model, masks, training: false, options);
        HeldBatch.Fill(samples, count, plan.Slot);
        plan.Run(plan.Slot);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].Mask is { } mask) shares[i] = Share(plan.Read(mask));
        }

        return shares;
    }

    private static double Share(ReadOnlySpan<float> mask)
    {
        var valid = 0;
        foreach (var step in mask) valid += step != 0 ? 1 : 0;
        return (double)valid / mask.Length;
    }
}
