using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>Layer normalisation or RMSNorm, place by place.</summary>
public sealed class LayerNormStep : SampleNormStep, ILowering<LayerNormNode>
{
    private readonly LayerNormNode _node;
    private readonly KernelEntry<LayerNormForwardArguments> _kernel;

    private LayerNormStep(LayerNormNode node, LoweringContext context)
        : base(node, context)
    {
        _node = node;
        _kernel = KernelEntry<LayerNormForwardArguments>.Of<LayerNormForward>(context.Width);
    }

    /// <summary>Adds the step.</summary>
    public static void Lower(LayerNormNode node, LoweringContext context) => context.Add(new LayerNormStep(node, context));

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, _) = SamplesOf(part);
        var arguments = new LayerNormForwardArguments
        {
            Input = frame.Floats(Input),
            Gamma = frame.FloatsOrNull(Gamma),
            Beta = frame.FloatsOrNull(Beta),
            Output = frame.Floats(Output),
            Statistics = frame.Floats(Saved),
            FirstRow = Shape.Rows(first),
            EndRow = Shape.Rows(end),
            Channels = Shape.Channels,
            Epsilon = _node.Epsilon,
            SubtractsMean = _node.SubtractsMean,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override string Describe() => $"{(_node.SubtractsMean ? "layer" : "root mean square")} normalisation of {Shape}";
}
