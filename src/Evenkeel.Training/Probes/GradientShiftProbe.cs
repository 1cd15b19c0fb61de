using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Probes;

/// <summary>How much the update of the layers before a weight changes the weight's gradient.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="GradientNorm">The length of its gradient before the step.</param>
/// <param name="Distance">Internal covariate shift: the distance of both gradients.</param>
/// <param name="Cosine">The cosine of the angle between them; NaN where one of them is zero.</param>
public readonly record struct GradientShift(string Weight, double GradientNorm, double Distance, double Cosine);

/// <summary>Measures internal covariate shift as a change of gradients: the gradient of a weight at a batch, before and after the layers in front of it have taken their step.</summary>
/// <remarks>
/// Santurkar et al., arXiv 1805.11604, Definition 2.1: <c>G = grad_Wi L(W1..Wk; x, y)</c> and <c>G' = grad_Wi L(W1', .., Wi-1', Wi, .., Wk; x, y)</c> with the same batch, which brings its own statistics both times;
/// the shift is <c>|G - G'|</c>. Gamma, beta and biases in front of a weight belong to the layers before it. Any optimizer takes the step. It works on a copy, so the run keeps its bits. One thread at a time may use a probe.
/// </remarks>
public sealed class GradientShiftProbe : IDisposable
{
    private readonly ProbeCopy _copy;
    private readonly (Tensor<float> Weight, Tensor<float>[] Before)[] _layers;
    private readonly float[] _gradient;
    private BatchSlot? _slot;

    /// <summary>Compiles the probe; nothing of the model changes.</summary>
    /// <param name="model">The model that is trained.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="weights">The weights to look at, by their names in the model.</param>
    /// <param name="options">Capacity, threads, seed; those of the run for the same random numbers.</param>
    /// <exception cref="Graph.GraphException">EK0106: the model has no such tensor.</exception>
    public GradientShiftProbe(Model model, Loss loss, IReadOnlyList<string> weights, PlanOptions options)
    {
        _copy = new ProbeCopy(model, loss, options);
        _gradient = new float[_copy.Start.Length];
        var order = InOrderOfUse(_copy.Model);
        _layers = [.. weights.Select(name => (_copy.Model.Parameters[name], order.TakeWhile(other => other != name).Select(other => _copy.Model.Parameters[other]).ToArray()))];
    }

    /// <summary>Input memory for the probe.</summary>
    public BatchSlot CreateSlot() => _copy.Plan.CreateSlot();

    /// <summary>The parameters of a model from its input to its output, by the first node that reads each.</summary>
    public static IReadOnlyList<string> InOrderOfUse(Model model)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < model.Nodes.Length; place++)
        {
            foreach (var parameter in model.Nodes[place].Inputs.Select(static input => input.Producer).OfType<ParameterNode>()) first.TryAdd(parameter.Name, place);
        }

        return [.. model.ParameterNodes.Select(static node => node.Name).OrderBy(name => first.GetValueOrDefault(name, int.MaxValue))];
    }

    /// <summary>Takes the gradient at a batch before the training step on it.</summary>
    /// <param name="slot">The batch; it stays as it is until <see cref="End"/>.</param>
    /// <param name="attempt">Indexes the random streams. Default 0.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel.</exception>
    public void Begin(BatchSlot slot, long attempt = 0)
    {
        _slot = slot;
        _copy.Begin(attempt);
        _copy.Plan.Run(slot);
        _copy.Plan.Gradients.Span.CopyTo(_gradient);
    }

    /// <summary>Takes the gradients at the same batch with the layers before each weight as the step has left them.</summary>
    /// <returns>One shift per weight, in the order of the weights.</returns>
    /// <exception cref="InvalidOperationException">There was no <see cref="Begin"/>.</exception>
    public GradientShift[] End()
    {
        var slot = _slot ?? throw new InvalidOperationException("Begin takes the gradient before the step.");
        var shifts = new GradientShift[_layers.Length];
        for (var i = 0; i < shifts.Length; i++)
        {
            var (weight, before) = _layers[i];
            _copy.Start.CopyTo(_copy.Model.Parameters.Span);
            foreach (var tensor in before) tensor.CopyFrom(_copy.Original.Parameters[tensor.Name].Span);
            _copy.Plan.Run(slot);
            var old = _gradient.AsSpan((int)weight.Offset, weight.Length);
            var moved = _copy.Plan.Gradients[weight.Name].Span;
            double norm = Math.Sqrt(ParameterWalk.Product(old, old)), movedNorm = Math.Sqrt(ParameterWalk.Product(moved, moved));
            shifts[i] = new(weight.Name, norm, ParameterWalk.Finite(ParameterWalk.Distance(moved, old)), ParameterWalk.Product(old, moved) / (norm * movedNorm));
        }

        _slot = null;
        return shifts;
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _copy.Dispose();
}
