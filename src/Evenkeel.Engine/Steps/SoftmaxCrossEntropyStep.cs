using System.Globalization;
using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Loss;

namespace Evenkeel.Engine.Steps;

/// <summary>Softmax cross-entropy with its gradient and the count of right answers; blocks of rows, added in order by a second phase where there are several.</summary>
public sealed class SoftmaxCrossEntropyStep : Step, ILowering<SoftmaxCrossEntropyNode>, IVerdict
{
    private const int BlockElements = 4096;

    private readonly int _classes;
    private readonly int _blockRows;
    private readonly float _smoothing;
    private readonly (double Loss, int Correct, int Invalid)[] _partial;
    private readonly PlanBuffer _labels;
    private readonly PlanBuffer _gradient;
    private readonly PlanBuffer _loss;
    private readonly PlanBuffer _correct;
    private readonly KernelEntry<SoftmaxCrossEntropyArguments> _kernel;
    private PlanBuffer _logits;
    private int _invalid;
    private float _value;

    private SoftmaxCrossEntropyStep(SoftmaxCrossEntropyNode node, LoweringContext context)
        : base(node.Name)
    {
        _classes = node.Inputs[0].Shape.Channels;
        _blockRows = Math.Max(1, BlockElements / _classes);
        // Smoothing regularises training; what is measured is the plain loss.
        _smoothing = context.Mode == PlanMode.Train ? node.LabelSmoothing : 0;
        _logits = context.BufferOf(node.Inputs[0]);
        _labels = context.BufferOf(node.Inputs[1]);
        _gradient = context.BufferOf(node.Gradient);
        _loss = context.BufferOf(node.Loss);
        _correct = context.BufferOf(node.Correct);
        _partial = new (double, int, int)[Pieces(0, context.Capacity)];
        _kernel = KernelEntry<SoftmaxCrossEntropyArguments>.Of<SoftmaxCrossEntropy>(context.Width);
    }

    /// <inheritdoc/>
    public bool IsFinite => float.IsFinite(_value);

    /// <inheritdoc/>
    public override Grid Grid => new(Phases == 1 ? GridKind.Single : GridKind.Own);

    /// <inheritdoc/>
    public override int Phases => _partial.Length == 1 ? 1 : 2;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_logits, false), new(_labels, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_gradient, false), new(_loss, false), new(_correct, false)];

    /// <summary>Adds the step.</summary>
    public static void Lower(SoftmaxCrossEntropyNode node, LoweringContext context) => context.Add(new SoftmaxCrossEntropyStep(node, context));

    /// <inheritdoc/>
    public void ThrowIfInvalid()
    {
        if (_invalid > 0) throw EngineException.LabelOutOfRange(Name, _classes);
    }

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => phase == 0 ? (count + _blockRows - 1) / _blockRows : 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        if (phase == 1)
        {
            Add(frame);
            return;
        }

        var arguments = new SoftmaxCrossEntropyArguments
        {
            Logits = frame.Floats(_logits),
            Labels = (int*)frame.Floats(_labels),
            Gradient = frame.Floats(_gradient),
            FirstRow = part.Piece * _blockRows,
            EndRow = Math.Min(frame.Count, (part.Piece + 1) * _blockRows),
            Classes = _classes,
            Scale = 1f / frame.Count,
            Smoothing = _smoothing,
        };
        _kernel.Run(ref arguments);
        _partial[part.Piece] = (arguments.Loss, arguments.Correct, arguments.InvalidLabels);
        if (Phases == 1) Add(frame);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_logits == buffer) _logits = by;
    }

    /// <inheritdoc/>
    public override string Describe() => _smoothing == 0 ? $"softmax cross-entropy of {_logits.Shape}, with its gradient" : string.Create(CultureInfo.InvariantCulture, $"softmax cross-entropy of {_logits.Shape}, labels smoothed by {_smoothing}, with its gradient");

    private unsafe void Add(Frame frame)
    {
        var (loss, correct, invalid) = (0.0, 0, 0);
        foreach (var partial in _partial.AsSpan(0, Pieces(0, frame.Count)))
        {
            loss += partial.Loss;
            correct += partial.Correct;
            invalid += partial.Invalid;
        }

        _invalid = invalid;
        _value = (float)(loss / frame.Count);
        *frame.Floats(_loss) = _value;
        *frame.Floats(_correct) = correct;
    }
}
