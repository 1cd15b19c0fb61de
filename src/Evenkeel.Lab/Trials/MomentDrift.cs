using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Lab.Trials;

/// <summary>How far the mean and the deviation of a layer's units move between two looks, on fixed samples with the batch statistics and the noise of a training step.</summary>
internal sealed class MomentDrift : IDisposable
{
    private readonly ObservationPlan _plan;
    private readonly Graph.Nodes.Value _observed;
    private readonly List<double> _values = [];
    private (double[] Means, double[] Deviations)? _last;

    /// <param name="model">The model; the inputs of its last nonlinearity are looked at.</param>
    /// <param name="samples">The first of them are the fixed ones.</param>
    /// <param name="options">Those of the run.</param>
    public MomentDrift(Model model, Dataset samples, PlanOptions options)
    {
        _observed = model.Nodes.OfType<ActivationNode>().Last().Inputs[0];
        _plan = ObservationPlan.Compile(model, [_observed], training: true, options);
        var slot = _plan.Slot;
        slot.Count = Math.Min(slot.Capacity, samples.Count);
        for (var i = 0; i < slot.Count; i++) samples.Read(i, slot.Features.Slice(i * slot.FeaturesPerSample, slot.FeaturesPerSample));
    }

    /// <summary>Per look: |change of mean| plus |change of deviation|, in deviations of the look before, mean over units; 0 at the first look.</summary>
    public double[] Values => [.. _values];

    /// <param name="attempt">Indexes the noise.</param>
    public void Look(long attempt)
    {
        _plan.Attempt = attempt;
        _plan.Run(_plan.Slot);
        var (means, deviations) = Moments(_plan.Read(_observed), _observed.Shape.Channels);
        _values.Add(_last is not var (before, spread) ? 0 : Enumerable.Range(0, means.Length).Average(unit => (Math.Abs(means[unit] - before[unit]) + Math.Abs(deviations[unit] - spread[unit])) / (spread[unit] + 1e-12)));
        _last = (means, deviations);
    }

    public void Dispose() => _plan.Dispose();

    private static (double[] Means, double[] Deviations) Moments(ReadOnlySpan<float> values, int units)
    {
        double[] means = new double[units], deviations = new double[units];
        var rows = values.Length / units;
        for (var i = 0; i < values.Length; i++) means[i % units] += values[i] / (double)rows;
        for (var i = 0; i < values.Length; i++) deviations[i % units] += (values[i] - means[i % units]) * (values[i] - means[i % units]) / rows;
        return (means, Array.ConvertAll(deviations, Math.Sqrt));
    }
}
