using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Loss;

namespace Evenkeel.Engine.Steps;

/// <summary>Cross-entropy with distributions as targets, and its gradient; blocks of rows, added in order by a second phase.</summary>
public sealed class SoftCrossEntropyStep : Step, ILowering<SoftCrossEntropyNode>, IVerdict
{
    private const int BlockElements = 4096;

    private readonly int _classes;
    private readonly int _blockRows;
    private readonly bool _divergence;
    private readonly double[] _partial;
    private readonly PlanBuffer _targets;
    private readonly PlanBuffer _gradient;
    private readonly PlanBuffer _loss;
    private readonly KernelEntry<SoftCrossEntropyArguments> _kernel;
    private PlanBuffer _logits;
    private float _value;

    private SoftCrossEntropyStep(SoftCrossEntropyNode node, LoweringContext context)
        : base(node.Name)
    {
        _classes = node.Inputs[0].Shape.Channels;
        _blockRows = Math.Max(1, BlockElements / _classes);
        _divergence = node.Divergence;
        _logits = context.BufferOf(node.Inputs[0]);
        _targets = context.BufferOf(node.Inputs[1]);
        _gradient = context.BufferOf(node.Gradient);
        _loss = context.BufferOf(node.Loss);
        _partial = new double[Pieces(0, context.Capacity)];
        _kernel = KernelEntry<SoftCrossEntropyArguments>.Of<SoftCrossEntropy>(context.Width);
    }

    /// <inheritdoc/>
    public bool IsFinite => float.IsFinite(_value);

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override int Phases => 2;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_logits, false), new(_targets, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_gradient, false), new(_loss, false)];

    /// <summary>Adds the step.</summary>
    public static void Lower(SoftCrossEntropyNode node, LoweringContext context) => context.Add(new SoftCrossEntropyStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => phase == 0 ? (count + _blockRows - 1) / _blockRows : 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        if (phase == 1)
        {
            var sum = 0.0;
            foreach (var partial in _partial.AsSpan(0, Pieces(0, frame.Count))) sum += partial;
            _value = (float)(sum / frame.Count);
            *frame.Floats(_loss) = _value;
            return;
        }

        var arguments = new SoftCrossEntropyArguments
        {
            Logits = frame.Floats(_logits),
            Targets = frame.Floats(_targets),
            Gradient = frame.Floats(_gradient),
            FirstRow = part.Piece * _blockRows,
            EndRow = Math.Min(frame.Count, (part.Piece + 1) * _blockRows),
            Classes = _classes,
            Scale = 1f / frame.Count,
            Divergence = _divergence,
        };
        _kernel.Run(ref arguments);
        _partial[part.Piece] = arguments.Loss;
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_logits == buffer) _logits = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{(_divergence ? "divergence" : "cross-entropy")} of {_logits.Shape} from distributions, with its gradient";
}
