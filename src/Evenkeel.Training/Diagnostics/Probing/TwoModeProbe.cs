using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Work;
using Evenkeel.Training.Diagnostics.Checks;

namespace Evenkeel.Training.Diagnostics.Probing;

/// <summary>Runs one held batch with batch statistics and with running statistics, and says which layer's statistics are to blame for the difference.</summary>
/// <remarks>
/// The blame of a layer is measured from the state in which all layers use the batch's statistics: this layer alone goes back to its running ones.
/// So its input is what it was in training, and the layers before it take no part. Nothing of the patient changes.
/// Recurrent cells whose time steps share one set of statistics count as normalised by those of all steps of the batch together.
/// </remarks>
internal static class TwoModeProbe
{
    private const double MostShift = 10;

    // What the observed tensors may take together: 256 MB.
    private const long MostFloats = 64L << 20;

    public static ProbeResult Run(Patient patient, Dataset samples, DoctorOptions options, CancellationToken cancellation)
    {
        var model = patient.Model;
        var layers = Trained(model);
        var perSample = Math.Max(1, layers.Sum(static layer => layer.Shape.ElementsPerSample));
        var count = (int)Math.Clamp(MostFloats / perSample, Math.Min(2, samples.Count), Math.Min(options.ProbeSamples, samples.Count));
        using var team = WorkTeam.Lease(options.Threads);
        var plans = new PlanOptions { Capacity = count, Team = team, Width = options.Width };
        var wet = Moments(model, samples, count, plans);
        var hasDropout = model.Nodes.Any(static node => node is DropoutNode);
        var dry = hasDropout ? Moments(ModelCopy.WithoutDropout(model), samples, count, plans) : wet;
        cancellation.ThrowIfCancellationRequested();

        double? batchLoss = null, runningLoss = null;
        var blames = new double?[layers.Length];
        if (patient.Loss is { } loss)
        {
            // Training's loss has no share of single samples, and blame is for running statistics alone.
            var copy = ModelCopy.WithoutSampleWeights(model);
            using var plan = EvaluationPlan.Compile(copy, loss, plans);
            var slot = plan.CreateSlot();
            HeldBatch.Fill(samples, count, slot);
            double Measure()
            {
                plan.Refresh();
                return plan.Run(slot).Loss;
            }

            runningLoss = Measure();
            if (layers.Any(static layer => layer.Node.Options.SampleWeight > 0))
            {
                using var evaluation = EvaluationPlan.Compile(model, loss, plans);
                runningLoss = evaluation.Run(slot).Loss;
            }

            for (var i = 0; i < layers.Length; i++) SetStatistics(copy, layers[i], dry[i]);
            batchLoss = Measure();
            for (var i = 0; i < layers.Length; i++)
            {
                // Only a layer whose statistics are off can be to blame; in a deep network that spares most of the time.
                cancellation.ThrowIfCancellationRequested();
                if (!TwoModeGap.IsOff(Gap(layers[i], wet[i], dry[i], null))) continue;
                Restore(model, copy, layers[i].Node);
                blames[i] = Measure() - batchLoss;
                SetStatistics(copy, layers[i], dry[i]);
            }
        }

        return new ProbeResult
        {
            Samples = count,
            Layers = [.. layers.Select((layer, i) => Gap(layer, wet[i], dry[i], blames[i])).OrderByDescending(static layer => layer.Blame).ThenByDescending(static layer => layer.MeanShift + layer.VarianceRatio)],
            BatchLoss = batchLoss,
            RunningLoss = runningLoss,
        };
    }

    // The running statistics of another norm are no variances to be compared with.
    private static NormalizationLayer[] Trained(Model model) =>
    [
        .. NormalizationLayer.NodesOf(model).Where(static node => node.Options is { NormalizeWith: NormalizeWith.BatchStatistics, Divisor: BatchNormDivisor.StandardDeviation })
            .Select(node => new NormalizationLayer(model, node)),
    ];

    private static ChannelMoments[] Moments(Model model, Dataset samples, int count, PlanOptions options)
    {
        var layers = Trained(model);
        if (layers.Length == 0 || layers.Any(layer => layer.Shape.Rows(count) < 2)) return [.. layers.Select(static layer => new ChannelMoments([], layer.Shape.Channels))];
        using var plan = ObservationPlan.Compile(model, [.. layers.Select(static layer => layer.Node.Input).Concat(layers.Select(static layer => layer.Node.Mask).OfType<Value>()).Distinct()], training: true, options);
        HeldBatch.Fill(samples, count, plan.Slot);
        plan.Run(plan.Slot);
        return [.. layers.Select(layer => new ChannelMoments(plan.Read(layer.Node.Input), layer.Shape.Channels, layer.Node.Mask is { } mask ? plan.Read(mask) : SharedSteps(layer, count)))];
    }

    /// <summary>Leaves the first time step out where all of them share one set of statistics and it has nothing to normalise.</summary>
    private static ReadOnlySpan<float> SharedSteps(NormalizationLayer layer, int count)
    {
        var steps = layer.Shape.RowsPerSample;
        if (layer.Node is not CellNormalization { SkipsFirstStep: true } || steps == 1) return default;
        var mask = new float[count * steps];
        for (var row = 0; row < mask.Length; row++) mask[row] = row % steps == 0 ? 0 : 1;
        return mask;
    }

    /// <summary>The channels from which on a batch is compared: those of the second time step where the first has nothing to normalise.</summary>
    private static int FirstChannel(NormalizationLayer layer) =>
        layer.Node is CellNormalization { SkipsFirstStep: true } cell && layer.Shape.Channels > cell.Input.Shape.Channels ? cell.Input.Shape.Channels : 0;

    private static void SetStatistics(Model model, NormalizationLayer layer, ChannelMoments moments)
    {
        if (moments.Count < 2) return;
        Span<double> mean = model.States[layer.Node.RunningMean.Producer.Name].Span, variance = model.States[layer.Node.RunningVariance.Producer.Name].Span;
        var first = FirstChannel(layer);
        layer.Mean.AsSpan(0, first).CopyTo(mean);
        layer.Variance.AsSpan(0, first).CopyTo(variance);
        moments.Mean.AsSpan(first).CopyTo(mean[first..]);
        moments.Variance.AsSpan(first).CopyTo(variance[first..]);
        model.States[layer.Node.RunningWeight.Producer.Name].Span[0] = 1;
    }

    private static void Restore(Model from, Model to, IBatchNormalization node)
    {
        foreach (var state in (Value[])[node.RunningMean, node.RunningVariance, node.RunningWeight])
            to.States[state.Producer.Name].CopyFrom(from.States[state.Producer.Name].Span);
    }

    private static LayerGap Gap(NormalizationLayer layer, ChannelMoments wet, ChannelMoments dry, double? blame)
    {
        double shift = 0, ratio = 0, dropout = 0;
        double epsilon = layer.Node.Options.Epsilon;

        // Without two valid steps in the held batch there is nothing to compare.
        if (wet.Count < 2 || dry.Count < 2) return new LayerGap(layer.Name, 0, 0, 0, blame);
        var first = FirstChannel(layer);
        var channels = wet.Mean.Length - first;
        for (var channel = first; channel < wet.Mean.Length; channel++)
        {
            var running = layer.Variance[channel] + epsilon;
            shift += Capped((wet.Mean[channel] - layer.Mean[channel]) / Math.Sqrt(running));
            ratio += Capped(Math.Log((wet.Variance[channel] + epsilon) / running));
            dropout += Capped(Math.Log((wet.Variance[channel] + epsilon) / (dry.Variance[channel] + epsilon)));
        }

        return new LayerGap(layer.Name, shift / channels, ratio / channels, dropout / channels, blame);
    }

    private static double Capped(double value) => double.IsNaN(value) ? MostShift : Math.Min(Math.Abs(value), MostShift);
}
