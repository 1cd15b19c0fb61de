using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers.Losses;
using Evenkeel.Training.Probes;

namespace Evenkeel.Lab.Workloads;

/// <summary>Looks at every nonlinearity and every weight of a model in training mode, on samples that stay the same; nothing of the run changes.</summary>
/// <remarks>
/// Series with one number per look and layer, the layers of a look side by side (<c>look_layers</c> says how many): <c>look_mean</c> and <c>look_deviation</c> of the outputs; <c>look_dead</c>, the share of units that give the same number for
/// every sample; <c>look_saturated</c>, the share of sigmoid outputs beyond 0.02 and 0.98 or tanh outputs beyond 0.99; <c>look_drift</c>, by how much a unit's input has moved since the first look, change of mean plus change of deviation, mean over the units.
/// <c>look_gradient</c> has the norm of every weight's gradient instead (<c>look_weights</c> of them, the first layer's first).
/// </remarks>
internal sealed class LayerLook : IDisposable
{
    private readonly int _layers;
    private readonly string[] _weights;
    private readonly ActivationProbe _probe;
    private readonly GradientPlan _gradient;
    private readonly BatchSlot _slot;
    private readonly List<double> _steps = [], _means = [], _deviations = [], _dead = [], _saturated = [], _drift = [], _gradients = [];
    private (double[] Mean, double[] Deviation)[]? _first;

    public LayerLook(Model model, Dataset data, int samples)
    {
        samples = Math.Min(samples, data.Count);
        _weights = [.. model.ParameterNodes.Where(static node => node.Decays).Select(static node => node.Name)];
        var options = new PlanOptions { Capacity = samples, Threads = 1 };
        _probe = new ActivationProbe(model, options);
        _layers = _probe.Layers.Count();
        _gradient = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: options);
        _slot = _gradient.CreateSlot();
        _slot.Count = _probe.Slot.Count = samples;
        for (var i = 0; i < samples; i++)
        {
            var features = _slot.Features.Slice(i * data.Shape.Length, data.Shape.Length);
            data.Read(i, features);
            features.CopyTo(_probe.Slot.Features[(i * data.Shape.Length)..]);
            _slot.Labels[i] = data.ReadLabel(i);
        }
    }

    public void Add(int step)
    {
        _steps.Add(step);
        var readings = _probe.Measure();
        var inputs = Enumerable.Range(0, _layers).Select(layer => UnitMoments(_probe.Inputs(layer).Values, _probe.Inputs(layer).Units)).ToArray();
        _first ??= inputs;
        for (var layer = 0; layer < _layers; layer++)
        {
            _means.Add(readings[layer].Mean);
            _deviations.Add(readings[layer].Deviation);
            _dead.Add(readings[layer].Dead);
            _saturated.Add(readings[layer].Saturated);
            var (now, then) = (inputs[layer], _first[layer]);
            _drift.Add(Enumerable.Range(0, now.Mean.Length).Average(unit => Math.Abs(now.Mean[unit] - then.Mean[unit]) + Math.Abs(now.Deviation[unit] - then.Deviation[unit])));
        }

        _gradient.Run(_slot);
        foreach (var name in _weights) _gradients.Add(Descent.Norm(_gradient.Gradients[name].Span));
    }

    public void AddTo(IDictionary<string, double[]> series)
    {
        (series["look_step"], series["look_layers"], series["look_weights"]) = ([.. _steps], [_layers], [_weights.Length]);
        (series["look_mean"], series["look_deviation"], series["look_dead"]) = ([.. _means], [.. _deviations], [.. _dead]);
        (series["look_saturated"], series["look_drift"], series["look_gradient"]) = ([.. _saturated], [.. _drift], [.. _gradients]);
    }

    public void Dispose()
    {
        _probe.Dispose();
        _gradient.Dispose();
    }

    private static (double[] Mean, double[] Deviation) UnitMoments(ReadOnlySpan<float> values, int units)
    {
        var (mean, deviation) = (new double[units], new double[units]);
        var rows = values.Length / units;
        for (var i = 0; i < values.Length; i++) mean[i % units] += values[i];
        for (var unit = 0; unit < units; unit++) mean[unit] /= rows;
        for (var i = 0; i < values.Length; i++) deviation[i % units] += (values[i] - mean[i % units]) * (values[i] - mean[i % units]);
        for (var unit = 0; unit < units; unit++) deviation[unit] = Math.Sqrt(deviation[unit] / rows);
        return (mean, deviation);
    }
}
