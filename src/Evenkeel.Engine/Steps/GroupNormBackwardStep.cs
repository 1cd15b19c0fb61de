using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>The backward pass of group normalisation, sample by sample; every piece sums dgamma and dbeta for itself.</summary>
public sealed class GroupNormBackwardStep : SampleNormBackwardStep, ILowering<GroupNormBackwardNode>
{
    private readonly int _groups;
    private readonly KernelEntry<BackwardReduceArguments> _reduce;
    private readonly KernelEntry<GroupBackwardFinalizeArguments> _finalize;
    private readonly KernelEntry<BackwardApplyArguments> _apply;

    private GroupNormBackwardStep(GroupNormBackwardNode node, LoweringContext context)
        : base(node, context)
    {
        _groups = node.Groups;
        _reduce = KernelEntry<BackwardReduceArguments>.Of<BackwardReduce<Identity>>(context.Width);
        _finalize = KernelEntry<GroupBackwardFinalizeArguments>.Of<GroupBackwardFinalize>(context.Width);
        _apply = KernelEntry<BackwardApplyArguments>.Of<BackwardApply<Identity>>(context.Width);
    }

    /// <summary>The sample's sums as doubles, then two coefficients per channel.</summary>
    /// <inheritdoc/>
    public override long ScratchFloats => (2 * GradientSlot.Doubles(Shape.Channels)) + (2L * Shape.Channels);

    /// <summary>Adds the steps.</summary>
    public static void Lower(GroupNormBackwardNode node, LoweringContext context) => Add(new GroupNormBackwardStep(node, context), node, context);

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = Shape.Channels;
        var (first, end, opens) = SamplesOf(part);
        var sums = SumsOf(frame, part, opens);
        var slot = (double*)frame.Scratch;
        var factors = frame.Scratch + (2 * GradientSlot.Doubles(channels));
        float* x = frame.Floats(Input), dy = frame.Floats(Cotangent);
        for (var sample = first; sample < end; sample++)
        {
            var window = new Window(Shape.Rows(sample), Shape.Rows(sample + 1), 0, channels);
            var coefficients = NormalizationCoefficients.At(frame.Floats(Saved) + ((long)sample * BatchNormNode.TransformRows * channels), channels);
            var reduce = new BackwardReduceArguments { Input = x, InputStride = channels, OutputGradient = dy, OutputGradientStride = channels, OutputStride = channels, Window = window, Channels = channels, Coefficients = coefficients, Slot = slot };
            _reduce.Run(ref reduce);
            var finalize = new GroupBackwardFinalizeArguments
            {
                Slot = slot,
                Channels = channels,
                Groups = _groups,
                Rows = window.Rows,
                Gamma = frame.FloatsOrNull(Gamma),
                Coefficients = coefficients,
                Sums = sums,
                InputFactor = factors,
                Constant = factors + channels,
            };
            _finalize.Run(ref finalize);
            if (InputCotangent is null) continue;
            var apply = new BackwardApplyArguments
            {
                Input = x,
                InputStride = channels,
                OutputGradient = dy,
                OutputGradientStride = channels,
                OutputStride = channels,
                InputGradient = frame.Floats(InputCotangent),
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
    public override string Describe() => $"backward of group normalisation of {Shape}, {_groups} groups";
}
