using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>Group normalisation, sample by sample: statistics, finalising per group and the sweep follow one another while the sample is in the caches.</summary>
public sealed class GroupNormStep : SampleNormStep, ILowering<GroupNormNode>
{
    private readonly GroupNormNode _node;
    private readonly KernelEntry<BatchStatisticsArguments> _statistics;
    private readonly KernelEntry<GroupFinalizeArguments> _finalize;
    private readonly KernelEntry<NormalizeActivateArguments> _normalize;

    private GroupNormStep(GroupNormNode node, LoweringContext context)
        : base(node, context)
    {
        _node = node;
        _statistics = KernelEntry<BatchStatisticsArguments>.Of<BatchStatistics>(context.Width);
        _finalize = KernelEntry<GroupFinalizeArguments>.Of<GroupFinalize>(context.Width);
        _normalize = KernelEntry<NormalizeActivateArguments>.Of<NormalizeActivate<Identity>>(context.Width);
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
            var statistics = new BatchStatisticsArguments { Input = frame.Floats(Input), InputStride = channels, Window = window, Channels = channels, Slot = slot };
            _statistics.Run(ref statistics);
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
            var normalize = new NormalizeActivateArguments
            {
                Input = frame.Floats(Input),
                InputStride = channels,
                Output = frame.Floats(Output),
                OutputStride = channels,
                Window = window,
                Coefficients = coefficients,
            };
            _normalize.Run(ref normalize);
        }
    }

    /// <inheritdoc/>
    public override string Describe() => $"group normalisation of {Shape}, {_node.Groups} groups";
}
