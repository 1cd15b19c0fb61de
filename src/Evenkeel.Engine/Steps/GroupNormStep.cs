using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>Group normalisation, sample by sample: statistics, finalising per group and the sweep follow one another while the sample is in the caches.</summary>
public sealed class GroupNormStep : SampleNormStep, ILowering<GroupNormNode>
{
    private readonly GroupNormNode _node;
    private readonly NormalizationSweeps _sweeps;
    private readonly KernelEntry<GroupFinalizeArguments> _finalize;

    private GroupNormStep(GroupNormNode node, LoweringContext context)
        : base(node, context)
    {
        _node = node;
        _sweeps = new NormalizationSweeps(context.Width);
        _finalize = KernelEntry<GroupFinalizeArguments>.Of<GroupFinalize>(context.Width);
    }

    /// <inheritdoc/>
    public override long ScratchFloats => 2 * MomentSlot.Doubles(Shape.Channels);

    /// <summary>Adds the step.</summary>
    public static void Lower(GroupNormNode node, LoweringContext context) => context.Add(new GroupNormStep(node, context));

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = Shape.Channels;
        var slot = (double*)frame.Scratch;
        var (first, end, _) = SamplesOf(part);
        for (var sample = first; sample < end; sample++)
        {
            var window = new Window(Shape.Rows(sample), Shape.Rows(sample + 1), 0, channels);
            var coefficients = NormalizationCoefficients.At(frame.Floats(Saved) + ((long)sample * BatchNormNode.TransformRows * channels), channels);
            _sweeps.Gather(frame.Floats(Input), channels, window, channels, slot);
            var finalize = new GroupFinalizeArguments
            {
                Slot = slot,
                Channels = channels,
                Groups = _node.Groups,
                Gamma = frame.FloatsOrNull(Gamma),
                Beta = frame.FloatsOrNull(Beta),
                Epsilon = _node.Epsilon,
                Coefficients = coefficients,
            };
            _finalize.Run(ref finalize);
            _sweeps.Apply(frame.Floats(Input), channels, frame.Floats(Output), channels, window, coefficients);
        }
    }

    /// <inheritdoc/>
    public override string Describe() => $"group normalisation of {Shape}, {_node.Groups} groups";
}
