using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>The rectifier with a slope per channel, its cotangent, or what each element adds to the slope's gradient: one sweep.</summary>
public sealed class PreluStep : ElementStep, ILowering<PreluNode>, ILowering<PreluBackwardNode>, ILowering<PreluSlopeNode>
{
    private readonly string _what;

    private PreluStep(PreluNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, Kernel<Prelu>(context), context.BufferOf(node.Inputs[0]), null, context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output), context) => _what = "prelu";

    private PreluStep(PreluBackwardNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, Kernel<PreluBackward>(context), context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]), context.BufferOf(node.Output), context) => _what = "derivative of prelu";

    private PreluStep(PreluSlopeNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, Kernel<PreluSlope>(context), context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), null, context.BufferOf(node.Output), context) => _what = "slope gradient of prelu";

    /// <summary>Adds the step.</summary>
    public static void Lower(PreluNode node, LoweringContext context) => context.Add(new PreluStep(node, context));

    /// <summary>Adds the step.</summary>
    public static void Lower(PreluBackwardNode node, LoweringContext context) => context.Add(new PreluStep(node, context));

    /// <summary>Adds the step.</summary>
    public static void Lower(PreluSlopeNode node, LoweringContext context) => context.Add(new PreluStep(node, context));

    /// <inheritdoc/>
    public override string Describe() => $"{_what}, {Shape}";
}
