using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Optimization.SecondOrder;

namespace Evenkeel.Training.FullBatch;

/// <summary>Descent along gradients that <see cref="KroneckerFactors"/> precondition, layer by layer, for dense layers of moderate width (K-FAC); all other parameters step plainly, with the same rate and momentum.</summary>
/// <remarks>
/// Martens and Grosse, arXiv 1503.05671. A step is one transaction: where loss or gradients are not finite nothing changes. Running statistics of batch normalisation stay as they are; measure them afterwards with a <see cref="RecalibrationPlan"/>.
/// The same batches give the same bits for any number of threads. One thread at a time may use it.
/// </remarks>
public sealed class KroneckerFactoredDescent : IDisposable
{
    private readonly Model _model;
    private readonly KroneckerOptions _options;
    private readonly GradientPlan _plan;
    private readonly Layer[] _layers;
    private readonly double[] _step;
    private readonly double[] _velocity;
    private readonly (int First, int Length)[] _tensors;
    private long _commits;

    /// <summary>Compiles a plan; nothing of the model changes.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="options">Rate, damping, how often to invert; null for the defaults.</param>
    /// <param name="plans">Capacity, threads, width.</param>
    public KroneckerFactoredDescent(Model model, Loss loss, KroneckerOptions? options = null, PlanOptions? plans = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        (_model, _options) = (model, options ?? new KroneckerOptions());
        _layers = [.. model.Nodes.OfType<MatrixProductNode>().Select(CreateLayer).OfType<Layer>()];
        _plan = GradientPlan.Compile(model, loss, options: plans, taps: [.. _layers.Select(static layer => layer.Product)]);
        (_step, _velocity) = (new double[model.Parameters.Length], new double[model.Parameters.Length]);
        _tensors = [.. model.ParameterNodes.Where(static node => node.IsTrainable).Select(node => model.Parameters[node.Name]).Select(static tensor => ((int)tensor.Offset, tensor.Length))];
    }

    /// <summary>The layers whose gradients are preconditioned, by their weights' names.</summary>
    public IEnumerable<string> Layers => _layers.Select(static layer => layer.Weight.Name);

    /// <summary>Input memory for the plan.</summary>
    public BatchSlot CreateSlot() => _plan.CreateSlot();

    /// <summary>Takes one step.</summary>
    /// <param name="slot">The batch.</param>
    /// <returns>Loss, right answers and gradient norm of the batch before the step.</returns>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel.</exception>
    public StepResult Step(BatchSlot slot)
    {
        _plan.Attempt = _commits;
        var result = _plan.Run(slot);
        if (!float.IsFinite(result.Loss) || !double.IsFinite(result.GradientNorm)) return result;
        var gradients = _plan.Gradients.Span;
        for (var i = 0; i < _step.Length; i++) _step[i] = gradients[i];
        foreach (var layer in _layers)
        {
            layer.Factors.Observe(_plan.Read(layer.Product), _plan.Cotangent(layer.Product), slot.Count, _options.Retention);
            if (_commits % _options.Period == 0) layer.Factors.Invert(_options.Damping);
            var weights = layer.Factors.Outputs * layer.Inputs;
            _step.AsSpan((int)layer.Weight.Offset, weights).CopyTo(layer.Gradient);
            if (layer.Bias is { } bias) _step.AsSpan((int)bias.Offset, bias.Length).CopyTo(layer.Gradient.AsSpan(weights));
            layer.Factors.Precondition(layer.Gradient);
            layer.Gradient.AsSpan(0, weights).CopyTo(_step.AsSpan((int)layer.Weight.Offset));
            if (layer.Bias is { } other) layer.Gradient.AsSpan(weights).CopyTo(_step.AsSpan((int)other.Offset));
        }

        var values = _model.Parameters.Span;
        foreach (var (first, length) in _tensors)
        {
            for (var i = first; i < first + length; i++)
            {
                _velocity[i] = (_options.Momentum * _velocity[i]) + _step[i];
                values[i] = (float)(values[i] - (_options.LearningRate * _velocity[i]));
            }
        }

        _commits++;
        return result with { Committed = true };
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _plan.Dispose();

    private Layer? CreateLayer(MatrixProductNode product)
    {
        if (product is not { TransposeLeft: false, TransposeRight: false } || product.Inputs[1].Producer is not ParameterNode { IsTrainable: true } weight || product.Inputs[0].Shape is not { IsBatched: true, Rank: 2 }) return null;
        if (_model.Nodes.Count(node => node.Inputs.Contains(weight.Output)) > 1) return null;
        var bias = _model.Nodes.OfType<BiasAddNode>().FirstOrDefault(node => node.Inputs[0] == product.Output)?.Inputs[1].Producer is ParameterNode { IsTrainable: true } node ? node : null;
        var (inputs, outputs) = (weight.Output.Shape.Sizes[0], weight.Output.Shape.Sizes[1]);
        if (Math.Max(inputs + 1, outputs) > _options.LongestSide) return null;
        return new Layer(product, inputs, _model.Parameters[weight.Name], bias is null ? null : _model.Parameters[bias.Name], new KroneckerFactors(inputs, outputs, bias is not null));
    }

    private sealed record Layer(MatrixProductNode Product, int Inputs, Tensor<float> Weight, Tensor<float>? Bias, KroneckerFactors Factors)
    {
        public double[] Gradient { get; } = new double[Factors.Rows * Factors.Outputs];
    }
}
