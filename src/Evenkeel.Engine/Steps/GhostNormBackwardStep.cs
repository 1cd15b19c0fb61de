using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>The backward pass of batch normalisation of ghost batches; every one sums dgamma and dbeta for itself.</summary>
public sealed class GhostNormBackwardStep : Step
{
    private readonly Shape _shape;
    private readonly GhostCut _cut;
    private readonly bool _throughStatistics;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer _sums;
    private readonly NormalizationBackwardSweeps _sweeps;
    private readonly KernelEntry<BackwardFinalizeArguments> _finalize;
    private PlanBuffer _cotangent;
    private PlanBuffer _input;
    private PlanBuffer? _inputCotangent;

    private GhostNormBackwardStep(BatchNormBackwardNode node, LoweringContext context)
        : base(node.Name)
    {
        _shape = node.InputCotangent.Shape;
        _cut = new GhostCut(node.Options.GhostSize);
        _throughStatistics = node.Options.StatisticsGradient == StatisticsGradient.Full;
        (_cotangent, _input, _transform) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]));
        _inputCotangent = context.IsUsed(node.InputCotangent) ? context.BufferOf(node.InputCotangent) : null;
        _sums = context.NewWorkspace($"{node.Name}.sums", 4L * _shape.Channels * _cut.Pieces(context.Capacity));
        _sweeps = new NormalizationBackwardSweeps(context.Width);
        _finalize = KernelEntry<BackwardFinalizeArguments>.Of<BackwardFinalize>(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <summary>The sums of one ghost batch as doubles, then gradients and coefficients of its channels.</summary>
    /// <inheritdoc/>
    public override long ScratchFloats => (2 * GradientSlot.Doubles(_shape.Channels)) + (4L * _shape.Channels);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_cotangent, false), new(_input, false), new(_transform, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => _inputCotangent is null ? [new(_sums, false)] : [new(_sums, false), new(_inputCotangent, false)];

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _cut.Pieces(count);

    internal static void Lower(BatchNormBackwardNode node, LoweringContext context)
    {
        var step = new GhostNormBackwardStep(node, context);
        context.Add(step);
        var gamma = context.IsUsed(node.GammaCotangent) ? context.BufferOf(node.GammaCotangent) : null;
        var beta = context.IsUsed(node.BetaCotangent) ? context.BufferOf(node.BetaCotangent) : null;
        if (gamma is not null || beta is not null) context.Add(new SlotSumStep(step, step._sums, step._shape.Channels, gamma, beta));
    }

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = _shape.Channels;
        var (first, end) = _cut.Piece(part.Piece, frame.Count);
        var window = new Window(_shape.Rows(first), _shape.Rows(end), 0, channels);
        float* x = frame.Floats(_input), dy = frame.Floats(_cotangent);
        var coefficients = NormalizationCoefficients.At(frame.Floats(_transform) + ((long)part.Piece * NormalizationCoefficients.Planes * channels), channels);
        var slot = (double*)frame.Scratch;
        var own = (float*)(slot + GradientSlot.Doubles(channels));
        _sweeps.Reduce(x, channels, dy, channels, window, channels, coefficients, slot);
        var finalize = new BackwardFinalizeArguments
        {
            Slots = slot,
            Pieces = 1,
            Channels = channels,
            EndChannel = channels,
            Count = window.Rows,
            ThroughStatistics = _throughStatistics,
            Coefficients = coefficients,
            GammaGradient = own,
            BetaGradient = own + channels,
            InputFactor = own + (2 * channels),
            Constant = own + (3 * channels),
        };
        _finalize.Run(ref finalize);
        var sums = frame.Doubles(_sums) + (2L * channels * part.Piece);
        for (var i = 0; i < 2 * channels; i++) sums[i] = own[i];
        if (_inputCotangent is null) return;
        _sweeps.Apply(x, channels, dy, channels, frame.Floats(_inputCotangent), window, coefficients, finalize.InputFactor, channels);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_input == buffer) _input = by;
        if (_inputCotangent == buffer) _inputCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward of ghost batches of {_cut.Size} of {_shape}";
}
