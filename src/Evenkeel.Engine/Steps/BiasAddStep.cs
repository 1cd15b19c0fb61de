using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>A bias that no product before it could take.</summary>
public sealed class BiasAddStep : ElementStep, ILowering<BiasAddNode>
{
    private BiasAddStep(BiasAddNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, Kernel<AddChannel>(context), context.BufferOf(node.Inputs[0]), null, context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output), context)
    {
    }

    /// <summary>What the bias is added to.</summary>
    public Planning.PlanBuffer Input => First;

    /// <summary>The bias.</summary>
    public Planning.PlanBuffer Bias => Channel!;

    /// <summary>Adds the step.</summary>
    public static void Lower(BiasAddNode node, LoweringContext context) => context.Add(new BiasAddStep(node, context));

    /// <inheritdoc/>
    public override string Describe() => $"add bias to {Shape}";
}
