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
/// </remarks>
internal static class TwoModeProbe
{
    private const double MostShift = 10;

    // What the observed tensors may take together: 256 MB.
    private const long MostFloats = 64L << 20;

    public static ProbeResult Run(Patient patient, Dataset samples, DoctorOptions options, CancellationToken cancellation)
    {
        var model = patient.Model;
        var nodes = Trained(model);
        var perSample = Math.Max(1, nodes.Sum(static node => node.Input.Shape.ElementsPerSample));
        var count = (int)Math.Clamp(MostFloats / perSample, Math.Min(2, samples.Count), Math.Min(options.ProbeSamples, samples.Count));
        using var team = WorkTeam.Lease(options.Threads);
        var plans = new PlanOptions { Capacity = count, Team = team, Width = options.Width };
        var wet = Moments(model, samples, count, plans);
        var hasDropout = model.Nodes.Any(static node => node is DropoutNode);
        var dry = hasDropout ? Moments(ModelCopy.WithoutDropout(model), samples, count, plans) : wet;
        cancellation.ThrowIfCancellationRequested();

        double? batchLoss = null, runningLoss = null;
        var blames = new double?[nodes.Length];
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
            if (nodes.Any(static node => node.Options.SampleWeight > 0))
            {
                using var evaluation = EvaluationPlan.Compile(model, loss, plans);
                runningLoss = evaluation.Run(slot).Loss;
            }

            for (var i = 0; i < nodes.Length; i++) SetStatistics(copy, nodes[i], dry[i]);
            batchLoss = Measure();
            for (var i = 0; i < nodes.Length; i++)
            {
                // Only a layer whose statistics are off can be to blame; in a deep network that spares most of the time.
                cancellation.ThrowIfCancellationRequested();
                if (!TwoModeGap.IsOff(Gap(new NormalizationLayer(model, nodes[i]), wet[i], dry[i], null))) continue;
                Restore(model, copy, nodes[i]);
                blames[i] = Measure() - batchLoss;
                SetStatistics(copy, nodes[i], dry[i]);
            }
        }

        return new ProbeResult
        {
            Samples = count,
            Layers = [.. nodes.Select((node, i) => Gap(new NormalizationLayer(model, node), wet[i], dry[i], blames[i])).OrderByDescending(static layer => layer.Blame).ThenByDescending(static layer => layer.MeanShift + layer.VarianceRatio)],
            BatchLoss = batchLoss,
            RunningLoss = runningLoss,
        };
    }

    // The running statistics of another norm are no variances to be compared with.
    private static IBatchNormalization[] Trained(Model model) =>
        [.. model.Nodes.OfType<IBatchNormalization>().Where(static node => node.Options is { NormalizeWith: NormalizeWith.BatchStatistics, Divisor: BatchNormDivisor.StandardDeviation })];

    private static ChannelMoments[] Moments(Model model, Dataset samples, int count, PlanOptions options)
    {
        var nodes = Trained(model);
        if (nodes.Length == 0 || nodes.Any(node => node.Input.Shape.Rows(count) < 2)) return [.. nodes.Select(static node => new ChannelMoments(new float[node.Input.Shape.Channels], node.Input.Shape.Channels))];
        using var plan = ObservationPlan.Compile(model, [.. nodes.Select(static node => node.Input).Concat(nodes.Select(static node => node.Mask).OfType<Value>()).Distinct()], training: true, options);
        HeldBatch.Fill(samples, count, plan.Slot);
        plan.Run(plan.Slot);
        return [.. nodes.Select(node => new ChannelMoments(plan.Read(node.Input), node.Input.Shape.Channels, node.Mask is { } mask ? plan.Read(mask) : default))];
    }

    private static void SetStatistics(Model model, IBatchNormalization node, ChannelMoments moments)
    {
        moments.Mean.CopyTo(model.States[node.RunningMean.Producer.Name].Span);
        moments.Variance.CopyTo(model.States[node.RunningVariance.Producer.Name].Span);
        model.States[node.RunningWeight.Producer.Name].Span[0] = 1;
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
        var channels = wet.Mean.Length;
        for (var channel = 0; channel < channels; channel++)
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
