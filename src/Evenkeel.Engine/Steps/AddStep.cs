using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>The sum of two tensors.</summary>
public sealed class AddStep : ElementStep, ILowering<AddNode>
{
    private AddStep(AddNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, Kernel<Add>(context), context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), null, context.BufferOf(node.Output), context)
    {
    }

    /// <summary>One operand.</summary>
    internal PlanBuffer Left => First;

    /// <summary>The other operand.</summary>
    internal PlanBuffer Right => Second!;

    /// <summary>Adds the step.</summary>
    public static void Lower(AddNode node, LoweringContext context) => context.Add(new AddStep(node, context));

    /// <inheritdoc/>
    public override string Describe() => $"add {Shape}";
}
