using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>The backward pass of group normalisation, sample by sample; every piece sums dgamma and dbeta for itself.</summary>
public sealed class GroupNormBackwardStep : SampleNormBackwardStep, ILowering<GroupNormBackwardNode>
{
    private readonly int _groups;
    private readonly NormalizationBackwardSweeps _sweeps;
    private readonly KernelEntry<GroupBackwardFinalizeArguments> _finalize;

    private GroupNormBackwardStep(GroupNormBackwardNode node, LoweringContext context)
        : base(node, context)
    {
        _groups = node.Groups;
        _sweeps = new NormalizationBackwardSweeps(context.Width);
        _finalize = KernelEntry<GroupBackwardFinalizeArguments>.Of<GroupBackwardFinalize>(context.Width);
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
            _sweeps.Reduce(x, channels, dy, channels, window, channels, coefficients, slot);
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
            _sweeps.Apply(x, channels, dy, channels, frame.Floats(InputCotangent), window, coefficients, factors, channels);
        }
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward of group normalisation of {Shape}, {_groups} groups";
}
