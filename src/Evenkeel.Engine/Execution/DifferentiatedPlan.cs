using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Execution;

/// <summary>Forward, loss and backward with batch statistics: what a training plan and a gradient plan have in common. Nothing of the model changes.</summary>
internal sealed unsafe class DifferentiatedPlan : IDisposable
{
    private readonly Model _model;
    private readonly LossTerms _terms;
    private readonly (string Name, Shape Shape)[] _needBatches;
    private readonly GradientCheck _check;

    /// <summary>Compiles it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">What to differentiate.</param>
    /// <param name="inputGradient">Whether the gradient by the features is wanted too.</param>
    /// <param name="taps">Nodes whose first input and whose output's gradient are kept for reading.</param>
    /// <param name="others">Further values of the graph that a run computes.</param>
    /// <param name="needsBatch">Which normalisations need more than one value per channel.</param>
    /// <param name="options">Capacity, threads, width.</param>
    public DifferentiatedPlan(Model model, Loss loss, bool inputGradient, IReadOnlyList<Node> taps, IEnumerable<Value> others, Func<BatchNormNode, bool> needsBatch, PlanOptions options)
    {
        _model = model;
        _terms = loss.Apply(model.Output);
        var features = model.Input.Output;
        var trained = model.ParameterNodes.Where(static node => node.IsTrainable).Select(static node => node.Output).ToArray();
        Value[] tapped = [.. taps.Select(static tap => tap.Outputs[0])];
        var gradients = Differentiation.Gradients(_terms.Loss, [.. trained, .. inputGradient ? [features] : Array.Empty<Value>(), .. tapped]);
        Cotangents = tapped.Where(gradients.ContainsKey).ToDictionary(static value => value, value => gradients[value]);
        InputGradient = inputGradient ? gradients.GetValueOrDefault(features) : null;
        var ofParameters = gradients.Where(pair => trained.Contains(pair.Key)).ToDictionary(static pair => pair.Key, static pair => pair.Value);
        Value?[] targets = [_terms.Loss, _terms.Correct, .. others, .. taps.Select(static tap => tap.Inputs[0]), .. Cotangents.Values, .. LastLayersFirst(model, ofParameters), InputGradient];
        Plan = new CompiledPlan(model, PlanMode.Train, [.. targets.OfType<Value>()], _terms.Target, ofParameters, options);
        Gradients = model.Parameters.CloneLayout();
        Plan.Binding.Bind(Segment.Gradients, Gradients.Pointer, Gradients);
        _check = new GradientCheck(model, Gradients, options.ResolvedWidth);
        _needBatches = [.. model.Nodes.OfType<BatchNormNode>().Where(needsBatch).Select(static node => (node.Name, node.Input.Shape)), .. RecurrentBatches(model)];
    }

    /// <summary>What runs.</summary>
    public CompiledPlan Plan { get; }

    /// <summary>The gradients of the newest run, in the parameters' layout.</summary>
    public TensorStore<float> Gradients { get; }

    /// <summary>The gradient by the features; null where it was not asked for or does not exist.</summary>
    public Value? InputGradient { get; }

    /// <summary>The gradients by tapped outputs.</summary>
    public IReadOnlyDictionary<Value, Value> Cotangents { get; }

    /// <summary>The loss of the newest run.</summary>
    public float Loss => Plan.Scalar(_terms.Loss);

    /// <summary>The samples of the newest run that were right; 0 for losses that know no right and wrong.</summary>
    public int Correct => _terms.Correct is { } value ? (int)Plan.Scalar(value) : 0;

    /// <summary>Input memory for this plan.</summary>
    public BatchSlot CreateSlot() => new(Plan.Capacity, _model.Input.Output.Shape.ElementsPerSample, _terms.Target.Output.Shape.ElementsPerSample, _terms.Target.Elements);

    /// <summary>Refuses what the plan cannot take.</summary>
    /// <param name="slot">The batch.</param>
    /// <param name="needsStatistics">Whether the batch has to give statistics of its own.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK1001: one value per channel.</exception>
    public void Require(BatchSlot slot, bool needsStatistics = true)
    {
        Plan.RequireCount(slot);
        if (!needsStatistics) return;
        foreach (var (name, shape) in _needBatches) CompiledPlan.RequireBatch(name, shape, slot.Count);
    }

    /// <summary>The norm of all gradients, and whether every one is finite.</summary>
    public (double Norm, bool IsFinite) Check() => _check.Run(Plan.Team);

    public void Dispose() => Plan.Dispose();

    /// <summary>Batch normalisations inside recurrent layers: every time step needs a batch of its own.</summary>
    public static IEnumerable<(string Name, Shape Shape)> RecurrentBatches(Model model) =>
        model.Nodes.OfType<RecurrentNode>().SelectMany(static node => node.Statistics).Select(static statistics => (statistics.Name, Shape.Batch(1)));

    /// <summary>The gradients of the last layers first: what a layer's backward pass leaves in the caches is used at once.</summary>
    public static IEnumerable<Value> LastLayersFirst(Model model, IReadOnlyDictionary<Value, Value> gradients) =>
        model.Nodes.Reverse().OfType<ParameterNode>().Select(node => gradients.GetValueOrDefault(node.Output)).OfType<Value>();
}
