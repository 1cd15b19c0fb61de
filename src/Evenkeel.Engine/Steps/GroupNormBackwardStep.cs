using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>The backward pass of group normalisation, sample by sample; every piece sums dgamma and dbeta for itself.</summary>
public sealed class GroupNormBackwardStep : SampleStep, ILowering<GroupNormBackwardNode>
{
    private readonly int _groups;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer _sums;
    private readonly KernelEntry<BackwardReduceArguments> _reduce;
    private readonly KernelEntry<GroupBackwardFinalizeArguments> _finalize;
    private readonly KernelEntry<BackwardApplyArguments> _apply;
    private PlanBuffer _cotangent;
    private PlanBuffer _input;
    private PlanBuffer? _inputCotangent;

    private GroupNormBackwardStep(GroupNormBackwardNode node, LoweringContext context)
        : base(node.Name, node.InputCotangent.Shape, context)
    {
        _groups = node.Groups;
        (_cotangent, _input, _transform) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]));
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        _inputCotangent = context.IsUsed(node.InputCotangent) ? context.BufferOf(node.InputCotangent) : null;
        _sums = context.NewWorkspace($"{node.Name}.sums", 4L * Shape.Channels * Pieces(0, context.Capacity));
        _reduce = KernelEntry<BackwardReduceArguments>.Of<BackwardReduce<Identity>>(context.Width);
        _finalize = KernelEntry<GroupBackwardFinalizeArguments>.Of<GroupBackwardFinalize>(context.Width);
        _apply = KernelEntry<BackwardApplyArguments>.Of<BackwardApply<Identity>>(context.Width);
    }

    /// <summary>The sample's sums as doubles, then two coefficients per channel.</summary>
    /// <inheritdoc/>
    public override long ScratchFloats => (2 * GradientSlot.Doubles(Shape.Channels)) + (2L * Shape.Channels);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads
    {
        get
        {
            yield return OfSamples(_cotangent);
            yield return OfSamples(_input);
            yield return OfSamples(_transform);
            if (_gamma is not null) yield return new(_gamma, false);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => _inputCotangent is null ? [new(_sums, false)] : [new(_sums, false), OfSamples(_inputCotangent)];

    /// <summary>Adds the steps.</summary>
    public static void Lower(GroupNormBackwardNode node, LoweringContext context)
    {
        var step = new GroupNormBackwardStep(node, context);
        context.Add(step);
        var gamma = context.IsUsed(node.GammaCotangent) ? context.BufferOf(node.GammaCotangent) : null;
        var beta = context.IsUsed(node.BetaCotangent) ? context.BufferOf(node.BetaCotangent) : null;
        if (gamma is not null || beta is not null) context.Add(new SlotSumStep(step, step._sums, step.Shape.Channels, gamma, beta));
    }

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == _inputCotangent ? _cotangent : null;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = Shape.Channels;
        var (first, end, opens) = SamplesOf(part);
        var sums = frame.Doubles(_sums) + (2L * channels * part.Piece);
        if (opens) new Span<double>(sums, 2 * channels).Clear();
        var slot = (double*)frame.Scratch;
        var factors = frame.Scratch + (2 * GradientSlot.Doubles(channels));
        float* x = frame.Floats(_input), dy = frame.Floats(_cotangent);
        for (var sample = first; sample < end; sample++)
        {
            var window = new Window(Shape.Rows(sample), Shape.Rows(sample + 1), 0, channels);
            var coefficients = NormalizationCoefficients.At(frame.Floats(_transform) + ((long)sample * BatchNormNode.TransformRows * channels), channels);
            var reduce = new BackwardReduceArguments { Input = x, InputStride = channels, OutputGradient = dy, OutputGradientStride = channels, OutputStride = channels, Window = window, Channels = channels, Coefficients = coefficients, Slot = slot };
            _reduce.Run(ref reduce);
            var finalize = new GroupBackwardFinalizeArguments
            {
                Slot = slot,
                Channels = channels,
                Groups = _groups,
                Rows = window.Rows,
                Gamma = frame.FloatsOrNull(_gamma),
                Coefficients = coefficients,
                Sums = sums,
                InputFactor = factors,
                Constant = factors + channels,
            };
            _finalize.Run(ref finalize);
            if (_inputCotangent is null) continue;
            var apply = new BackwardApplyArguments
            {
                Input = x,
                InputStride = channels,
                OutputGradient = dy,
                OutputGradientStride = channels,
                OutputStride = channels,
                InputGradient = frame.Floats(_inputCotangent),
                InputGradientStride = channels,
                Window = window,
                Coefficients = coefficients,
                InputFactor = factors,
                Constant = factors + channels,
            };
            _apply.Run(ref apply);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_input == buffer) _input = by;
        if (_inputCotangent == buffer) _inputCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward of group normalisation of {Shape}, {_groups} groups";
}
