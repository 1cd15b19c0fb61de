using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Inspection;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine;

/// <summary>Forward, loss and backward of a model with batch statistics, and no update: what probes, line searches and methods that look twice before a commit need.</summary>
/// <remarks>Nothing of the model changes, neither parameters nor running statistics. One thread at a time may use a plan. The same inputs give the same bits for any number of threads.</remarks>
public sealed unsafe class GradientPlan : IDisposable
{
    private readonly CompiledPlan _plan;
    private readonly Model _model;
    private readonly LossTerms _terms;
    private readonly GradientCheck _check;
    private readonly Value? _inputGradient;
    private readonly (string Name, Shape Shape)[] _needBatches;

    private GradientPlan(Model model, Loss loss, bool inputGradient, PlanOptions options)
    {
        _model = model;
        _terms = loss.Apply(model.Output);
        var features = model.Input.Output;
        var trained = model.ParameterNodes.Where(static node => node.IsTrainable).Select(static node => node.Output).ToArray();
        var gradients = Differentiation.Gradients(_terms.Loss, inputGradient ? [.. trained, features] : trained);
        var ofParameters = gradients.Where(pair => pair.Key != features).ToDictionary(static pair => pair.Key, static pair => pair.Value);
        if (inputGradient) _inputGradient = gradients.GetValueOrDefault(features);
        Value[] targets = [_terms.Loss, .. _terms.Correct is { } correct ? new[] { correct } : [], .. model.Nodes.Reverse().OfType<ParameterNode>().Select(node => ofParameters.GetValueOrDefault(node.Output)).OfType<Value>(), .. _inputGradient is null ? Array.Empty<Value>() : [_inputGradient]];
        _plan = new CompiledPlan(model, PlanMode.Train, targets, _terms.Target, ofParameters, options);
        Gradients = model.Parameters.CloneLayout();
        _plan.Binding.Bind(Segment.Gradients, Gradients.Pointer);
        _check = new GradientCheck(model, Gradients, options.ResolvedWidth);
        _needBatches = [.. model.Nodes.OfType<BatchNormNode>().Where(static node => node.Options.NormalizeWith == NormalizeWith.BatchStatistics).Select(static node => (node.Name, node.Input.Shape))];
    }

    /// <summary>The gradients of the newest run, in the parameters' layout.</summary>
    public TensorStore<float> Gradients { get; }

    /// <summary>The plan as text and JSON.</summary>
    public PlanListing Listing => _plan.Listing;

    /// <summary>Indexes the random streams (dropout) of the next run; it does not move by itself, so that repeated runs draw the same.</summary>
    public long Attempt { get; set; }

    /// <summary>Compiles the plan; nothing of the model changes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">What to differentiate.</param>
    /// <param name="inputGradient">Whether the gradient by the features is wanted too. Default no: it costs the first layer's input gradient.</param>
    /// <param name="options">Capacity, threads, width.</param>
    /// <exception cref="EngineException">EK0201: a node has no lowering. EK0206: unknown pass.</exception>
    public static GradientPlan Compile(Model model, Loss loss, bool inputGradient = false, PlanOptions? options = null) => new(model, loss, inputGradient, options ?? new PlanOptions());

    /// <summary>Input memory for this plan.</summary>
    public BatchSlot CreateSlot() => new(_plan.Capacity, _model.Input.Output.Shape.ElementsPerSample, _terms.Target.Output.Shape.ElementsPerSample, _terms.Target.Elements);

    /// <summary>Computes loss and gradients at the model's present values.</summary>
    /// <returns>As a training step returns it; never committed.</returns>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel.</exception>
    public StepResult Run(BatchSlot slot)
    {
        _plan.RequireCount(slot);
        foreach (var (name, shape) in _needBatches) CompiledPlan.RequireBatch(name, shape, slot.Count);
        _plan.Binding.Attempt = Attempt;
        _plan.Run(slot);
        var correct = _terms.Correct is { } value ? (int)_plan.Scalar(value) : 0;
        return new(_plan.Scalar(_terms.Loss), correct, _check.Run(_plan.Team).Norm, Committed: false);
    }

    /// <summary>The gradient by the features of the newest run, sample by sample; empty where it was not asked for. Valid until the next run.</summary>
    public ReadOnlySpan<float> InputGradient => _inputGradient is null ? default : _plan.Read(_inputGradient);

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _plan.Dispose();
}
