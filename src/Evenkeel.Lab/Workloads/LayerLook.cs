using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers.Losses;

namespace Evenkeel.Lab.Workloads;

/// <summary>Looks at every nonlinearity and every weight of a model in training mode, on samples that stay the same; nothing of the run changes.</summary>
/// <remarks>
/// Series with one number per look and layer, the layers of a look side by side (<c>look_layers</c> says how many): <c>look_mean</c> and <c>look_deviation</c> of the outputs; <c>look_dead</c>, the share of units that give the same number for
/// every sample; <c>look_saturated</c>, the share of sigmoid outputs beyond 0.02 and 0.98 or tanh outputs beyond 0.99; <c>look_drift</c>, by how much a unit's input has moved since the first look, change of mean plus change of deviation, mean over the units.
/// <c>look_gradient</c> has the norm of every weight's gradient instead (<c>look_weights</c> of them, the first layer's first).
/// </remarks>
internal sealed class LayerLook : IDisposable
{
    private const double LowSigmoid = 0.02;
    private const double HighTanh = 0.99;

    private readonly ActivationNode[] _nodes;
    private readonly string[] _weights;
    private readonly ObservationPlan _observation;
    private readonly GradientPlan _gradient;
    private readonly BatchSlot _slot;
    private readonly List<double> _steps = [], _means = [], _deviations = [], _dead = [], _saturated = [], _drift = [], _gradients = [];
    private (double[] Mean, double[] Deviation)[]? _first;

    public LayerLook(Model model, Dataset data, int samples)
    {
        samples = Math.Min(samples, data.Count);
        _nodes = [.. model.Nodes.OfType<ActivationNode>()];
        _weights = [.. model.ParameterNodes.Where(static node => node.Decays).Select(static node => node.Name)];
        var options = new PlanOptions { Capacity = samples, Threads = 1 };
        _observation = ObservationPlan.Compile(model, [.. _nodes.SelectMany(static node => (Value[])[node.Inputs[0], node.Output])], training: true, options);
        _gradient = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: options);
        _slot = _gradient.CreateSlot();
        _slot.Count = _observation.Slot.Count = samples;
        for (var i = 0; i < samples; i++)
        {
            var features = _slot.Features.Slice(i * data.Shape.Length, data.Shape.Length);
            data.Read(i, features);
            features.CopyTo(_observation.Slot.Features[(i * data.Shape.Length)..]);
            _slot.Labels[i] = data.ReadLabel(i);
        }
    }

    public void Add(int step)
    {
        _steps.Add(step);
        _observation.Run(_observation.Slot);
        var inputs = _nodes.Select(node => UnitMoments(_observation.Read(node.Inputs[0]), node.Inputs[0].Shape.Channels)).ToArray();
        _first ??= inputs;
        for (var layer = 0; layer < _nodes.Length; layer++)
        {
            AddOutputs(_nodes[layer]);
            var (now, then) = (inputs[layer], _first[layer]);
            _drift.Add(Enumerable.Range(0, now.Mean.Length).Average(unit => Math.Abs(now.Mean[unit] - then.Mean[unit]) + Math.Abs(now.Deviation[unit] - then.Deviation[unit])));
        }

        _gradient.Run(_slot);
        foreach (var name in _weights) _gradients.Add(Descent.Norm(_gradient.Gradients[name].Span));
    }

    public void AddTo(IDictionary<string, double[]> series)
    {
        (series["look_step"], series["look_layers"], series["look_weights"]) = ([.. _steps], [_nodes.Length], [_weights.Length]);
        (series["look_mean"], series["look_deviation"], series["look_dead"]) = ([.. _means], [.. _deviations], [.. _dead]);
        (series["look_saturated"], series["look_drift"], series["look_gradient"]) = ([.. _saturated], [.. _drift], [.. _gradients]);
    }

    public void Dispose()
    {
        _observation.Dispose();
        _gradient.Dispose();
    }

    private void AddOutputs(ActivationNode node)
    {
        var values = _observation.Read(node.Output)[..(int)node.Output.Shape.Elements(_slot.Count)];
        var units = node.Output.Shape.Channels;
        var (sum, squares, saturated) = (0.0, 0.0, 0);
        foreach (var value in values)
        {
            sum += value;
            squares += (double)value * value;
            if (node.Activation == "sigmoid" ? value < LowSigmoid || value > 1 - LowSigmoid : node.Activation == "tanh" && Math.Abs(value) > HighTanh) saturated++;
        }

        var mean = sum / values.Length;
        var dead = 0;
        for (var unit = 0; unit < units; unit++)
        {
            var isConstant = true;
            for (var i = unit + units; i < values.Length && isConstant; i += units) isConstant = values[i] == values[unit];
            if (isConstant) dead++;
        }

        _means.Add(mean);
        _deviations.Add(Math.Sqrt(Math.Max(0, (squares / values.Length) - (mean * mean))));
        _dead.Add((double)dead / units);
        _saturated.Add((double)saturated / values.Length);
    }

    private (double[] Mean, double[] Deviation) UnitMoments(ReadOnlySpan<float> values, int units)
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
