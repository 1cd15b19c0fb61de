using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>A tensor times one number.</summary>
public sealed class ScaleStep : ElementStep, ILowering<ScaleNode>
{
    private ScaleStep(ScaleNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, Kernel<MultiplyFactor>(context), context.BufferOf(node.Inputs[0]), null, context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output), context)
    {
    }

    /// <summary>Adds the step.</summary>
    public static void Lower(ScaleNode node, LoweringContext context) => context.Add(new ScaleStep(node, context));

    /// <inheritdoc/>
    public override string Describe() => $"scale {Shape}";
}
