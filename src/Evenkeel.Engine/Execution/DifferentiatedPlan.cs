using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Execution;

/// <summary>What a <see cref="DifferentiatedPlan"/> computes besides the gradients of the trained parameters.</summary>
internal sealed record DifferentiatedValues
{
    /// <summary>What to differentiate; null where the backward pass starts from a cotangent of the output that arrives late.</summary>
    public Loss? Loss { get; init; }

    /// <summary>Whether the loss gets its targets after the forward pass.</summary>
    public bool TargetsAreLate { get; init; }

    /// <summary>Whether forward and backward pass run apart.</summary>
    public bool IsSplit { get; init; }

    /// <summary>Whether the gradient by the features is wanted too.</summary>
    public bool InputGradient { get; init; }

    /// <summary>Nodes whose first input and whose output's gradient are kept for reading.</summary>
    public IReadOnlyList<Node> Taps { get; init; } = [];

    /// <summary>Further values of the graph that a run computes.</summary>
    public IEnumerable<Value> Others { get; init; } = [];

    /// <summary>Which normalisations need more than one value per channel: those that gather statistics, for whatever they are used.</summary>
    public Func<BatchNormNode, bool> NeedsBatch { get; init; } = static node => node.NeedsBatchStatistics;

    /// <summary>Where gradients go; null for memory of the plan's own.</summary>
    public TensorStore<float>? Gradients { get; init; }
}

/// <summary>Forward, loss and backward with batch statistics: what training, gradient and segment plans have in common. Nothing of the model changes.</summary>
internal sealed unsafe class DifferentiatedPlan : IDisposable
{
    private readonly Model _model;
    private readonly LossTerms? _terms;
    private readonly InputNode? _early;
    private readonly (string Name, Shape Shape)[] _needBatches;
    private readonly GradientCheck _check;

    /// <summary>Compiles it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wanted">What is computed.</param>
    /// <param name="options">Capacity, threads, width.</param>
    public DifferentiatedPlan(Model model, DifferentiatedValues wanted, PlanOptions options)
    {
        _model = model;
        _terms = wanted.Loss?.Apply(model.Output);
        Late = _terms is null ? new InputNode("cotangent", model.Output.Shape) : wanted.TargetsAreLate ? _terms.Target : null;
        _early = wanted.TargetsAreLate ? null : _terms?.Target;
        var features = model.Input.Output;
        var trained = model.ParameterNodes.Where(static node => node.IsTrainable).Select(static node => node.Output).ToArray();
        Value[] tapped = [.. wanted.Taps.Select(static tap => tap.Outputs[0])];
        Value[] by = [.. trained, .. wanted.InputGradient ? [features] : Array.Empty<Value>(), .. tapped];
        var gradients = _terms is null ? Differentiation.Pullback(model.Output, Late!.Output, by) : Differentiation.Gradients(_terms.Loss, by);
        Cotangents = tapped.Where(gradients.ContainsKey).ToDictionary(static value => value, value => gradients[value]);
        InputGradient = wanted.InputGradient ? gradients.GetValueOrDefault(features) : null;
        var ofParameters = gradients.Where(pair => trained.Contains(pair.Key)).ToDictionary(static pair => pair.Key, static pair => pair.Value);
        Value?[] targets =
        [
            _terms?.Loss ?? model.Output, _terms?.Correct, _early is null ? model.Output : null, .. wanted.Others,
            .. wanted.Taps.Select(static tap => tap.Inputs[0]), .. Cotangents.Values, .. LastLayersFirst(model, ofParameters), InputGradient,
        ];
        Plan = new CompiledPlan(model, PlanMode.Train, [.. targets.OfType<Value>()], _early, ofParameters, options, wanted.IsSplit, Late);
        Gradients = wanted.Gradients ?? model.Parameters.CloneLayout();
        Plan.Binding.Bind(Segment.Gradients, Gradients.Pointer, Gradients);
        _check = new GradientCheck(model, Gradients, options.ResolvedWidth);
        _needBatches = [.. NeedBatches(model, wanted.NeedsBatch)];
    }

    /// <summary>What runs.</summary>
    public CompiledPlan Plan { get; }

    /// <summary>What arrives after the forward pass: the cotangent of the output, or the targets of a loss; null for nothing.</summary>
    public InputNode? Late { get; }

    /// <summary>The gradients of the newest run, in the layout of the model's parameters.</summary>
    public TensorStore<float> Gradients { get; }

    /// <summary>The gradient by the features; null where it was not asked for or does not exist.</summary>
    public Value? InputGradient { get; }

    /// <summary>The gradients by tapped outputs.</summary>
    public IReadOnlyDictionary<Value, Value> Cotangents { get; }

    /// <summary>What the model made of the newest batch; empty where the batch has the targets, since its memory is used again then.</summary>
    public ReadOnlySpan<float> Output => _early is null ? Plan.Read(_model.Output) : default;

    /// <summary>The loss of the newest run; NaN without one.</summary>
    public float Loss => _terms is null ? float.NaN : Plan.Scalar(_terms.Loss);

    /// <summary>The samples of the newest run that were right; 0 for losses that know no right and wrong.</summary>
    public int Correct => _terms?.Correct is { } value ? (int)Plan.Scalar(value) : 0;

    /// <summary>Input memory for this plan.</summary>
    public BatchSlot CreateSlot() => new(Plan.Capacity, _model.Input.Output.Shape.ElementsPerSample, _early?.Output.Shape.ElementsPerSample ?? 0, _early?.Elements ?? ElementKind.Float);

    /// <summary>Refuses a batch that the plan cannot take.</summary>
    /// <param name="count">Its samples.</param>
    /// <param name="needsStatistics">Whether the batch has to give statistics of its own.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK1001: one value per channel.</exception>
    public void Require(int count, bool needsStatistics = true)
    {
        Plan.RequireCount(count);
        if (!needsStatistics) return;
        foreach (var (name, shape) in _needBatches) CompiledPlan.RequireBatch(name, shape, count);
    }

    /// <summary>The norm of all gradients, and whether they, and all that the run looked at, are finite.</summary>
    public (double Norm, bool IsFinite) Check()
    {
        var (norm, isFinite) = _check.Run(Plan.Team);
        return (norm, isFinite && Plan.IsFinite && (_terms is null || float.IsFinite(Loss)));
    }

    public void Dispose() => Plan.Dispose();

    /// <summary>The normalisations that need more than one value per channel; inside recurrent layers every time step needs a batch of its own.</summary>
    public static IEnumerable<(string Name, Shape Shape)> NeedBatches(Model model, Func<BatchNormNode, bool> needsBatch) =>
        model.Nodes.OfType<BatchNormNode>().Where(needsBatch).Select(static node => (node.Name, node.Input.Shape))
            .Concat(model.Nodes.OfType<RecurrentNode>().SelectMany(static node => node.Statistics).Select(static statistics => (statistics.Name, Shape.Batch(1))));

    /// <summary>The gradients of the last layers first: what a layer's backward pass leaves in the caches is used at once.</summary>
    private static IEnumerable<Value> LastLayersFirst(Model model, IReadOnlyDictionary<Value, Value> gradients) =>
        model.Nodes.Reverse().OfType<ParameterNode>().Select(node => gradients.GetValueOrDefault(node.Output)).OfType<Value>();
}
