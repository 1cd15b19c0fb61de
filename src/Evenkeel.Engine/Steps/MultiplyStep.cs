using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>The product of two tensors, element by element.</summary>
public sealed class MultiplyStep : ElementStep, ILowering<MultiplyNode>
{
    private MultiplyStep(MultiplyNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, Kernel<Multiply>(context), context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), null, context.BufferOf(node.Output), context)
    {
    }

    /// <summary>Adds the step.</summary>
    public static void Lower(MultiplyNode node, LoweringContext context) => context.Add(new MultiplyStep(node, context));

    /// <inheritdoc/>
    public override string Describe() => $"multiply {Shape}";
}
