using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>The backward pass of layer normalisation or RMSNorm, place by place; every piece sums dgamma and dbeta for itself.</summary>
public sealed class LayerNormBackwardStep : SampleNormBackwardStep, ILowering<LayerNormBackwardNode>
{
    private readonly bool _subtractsMean;
    private readonly KernelEntry<LayerNormBackwardArguments> _kernel;

    private LayerNormBackwardStep(LayerNormBackwardNode node, LoweringContext context)
        : base(node, context)
    {
        _subtractsMean = node.SubtractsMean;
        _kernel = KernelEntry<LayerNormBackwardArguments>.Of<LayerNormBackward>(context.Width);
    }

    /// <inheritdoc/>
    public override long ScratchFloats => 2L * Shape.Channels;

    /// <summary>Adds the steps.</summary>
    public static void Lower(LayerNormBackwardNode node, LoweringContext context) => Add(new LayerNormBackwardStep(node, context), node, context);

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, opens) = SamplesOf(part);
        var sums = SumsOf(frame, part, opens);
        new Span<float>(frame.Scratch, 2 * Shape.Channels).Clear();
        var arguments = new LayerNormBackwardArguments
        {
            Input = frame.Floats(Input),
            OutputGradient = frame.Floats(Cotangent),
            Gamma = frame.FloatsOrNull(Gamma),
            Statistics = frame.Floats(Saved),
            InputGradient = frame.FloatsOrNull(InputCotangent),
            Sums = sums,
            Scratch = frame.Scratch,
            FirstRow = Shape.Rows(first),
            EndRow = Shape.Rows(end),
            Channels = Shape.Channels,
            SubtractsMean = _subtractsMean,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward of {(_subtractsMean ? "layer" : "root mean square")} normalisation of {Shape}";
}
