using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Loss;

namespace Evenkeel.Engine.Steps;

/// <summary>A loss of elements with its gradient; blocks of elements, added in order by a second phase.</summary>
public sealed class ElementLossStep : Step, IVerdict,
    ILowering<MeanSquaredErrorNode>, ILowering<MeanAbsoluteErrorNode>, ILowering<HuberNode>, ILowering<BinaryCrossEntropyNode>, ILowering<HingeNode>
{
    private const int BlockElements = 16 * 1024;

    private readonly string _kind;
    private readonly float _parameter;
    private readonly long _perSample;
    private readonly double[] _partial;
    private readonly PlanBuffer _targets;
    private readonly PlanBuffer _gradient;
    private readonly PlanBuffer _loss;
    private readonly KernelEntry<ElementLossArguments> _kernel;
    private PlanBuffer _predictions;
    private float _value;

    private ElementLossStep(ElementLossNode node, KernelEntry<ElementLossArguments> kernel, LoweringContext context)
        : base(node.Name)
    {
        _kind = node.Kind;
        _parameter = node.Parameter;
        _perSample = node.Inputs[0].Shape.ElementsPerSample;
        _predictions = context.BufferOf(node.Inputs[0]);
        _targets = context.BufferOf(node.Inputs[1]);
        _gradient = context.BufferOf(node.Gradient);
        _loss = context.BufferOf(node.Loss);
        _partial = new double[Pieces(0, context.Capacity)];
        _kernel = kernel;
    }

    /// <inheritdoc/>
    public bool IsFinite => float.IsFinite(_value);

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override int Phases => 2;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_predictions, false), new(_targets, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_gradient, false), new(_loss, false)];

    /// <summary>Adds the step of a loss; for nodes of your own too.</summary>
    /// <typeparam name="TLoss">The element's loss.</typeparam>
    public static void Lower<TLoss>(ElementLossNode node, LoweringContext context)
        where TLoss : struct, IElementLoss => context.Add(new ElementLossStep(node, KernelEntry<ElementLossArguments>.Of<ElementLoss<TLoss>>(context.Width), context));

    /// <summary>Adds the step.</summary>
    public static void Lower(MeanSquaredErrorNode node, LoweringContext context) => Lower<SquaredError>(node, context);

    /// <summary>Adds the step.</summary>
    public static void Lower(MeanAbsoluteErrorNode node, LoweringContext context) => Lower<AbsoluteError>(node, context);

    /// <summary>Adds the step.</summary>
    public static void Lower(HuberNode node, LoweringContext context) => Lower<HuberError>(node, context);

    /// <summary>Adds the step.</summary>
    public static void Lower(BinaryCrossEntropyNode node, LoweringContext context) => Lower<LogisticError>(node, context);

    /// <summary>Adds the step.</summary>
    public static void Lower(HingeNode node, LoweringContext context) => Lower<HingeError>(node, context);

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => phase == 0 ? (int)(((count * _perSample) + BlockElements - 1) / BlockElements) : 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var elements = frame.Count * _perSample;
        if (phase == 1)
        {
            var sum = 0.0;
            foreach (var partial in _partial.AsSpan(0, Pieces(0, frame.Count))) sum += partial;
            _value = (float)(sum / elements);
            *frame.Floats(_loss) = _value;
            return;
        }

        var first = (long)part.Piece * BlockElements;
        var arguments = new ElementLossArguments
        {
            Predictions = frame.Floats(_predictions) + first,
            Targets = frame.Floats(_targets) + first,
            Gradient = frame.Floats(_gradient) + first,
            Count = Math.Min(BlockElements, elements - first),
            Scale = (float)(1.0 / elements),
            Parameter = _parameter,
        };
        _kernel.Run(ref arguments);
        _partial[part.Piece] = arguments.Loss;
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_predictions == buffer) _predictions = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{_kind} of {_predictions.Shape}, with its gradient";
}
