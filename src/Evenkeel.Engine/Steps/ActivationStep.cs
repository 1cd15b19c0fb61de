using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>A nonlinearity that was not fused into a sweep before it.</summary>
public sealed class ActivationStep : ElementStep, ILowering<ActivationNode>
{
    internal ActivationStep(string name, string activation, Shape shape, PlanBuffer input, PlanBuffer output, LoweringContext context)
        : base(name, shape, ActivationTable.Dispatch<Forward, KernelEntry<ElementSweepArguments>>(activation, new Forward(context)), input, null, null, output, context) => Activation = activation;

    /// <summary>The nonlinearity's name.</summary>
    public string Activation { get; }

    /// <summary>What it is applied to.</summary>
    public PlanBuffer Input => First;

    /// <summary>Adds the step.</summary>
    public static void Lower(ActivationNode node, LoweringContext context) =>
        context.Add(new ActivationStep(node.Name, node.Activation, node.Output.Shape, context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output), context));

    /// <inheritdoc/>
    public override string Describe() => $"{Activation} of {Shape}";

    private readonly struct Forward(LoweringContext context) : IActivationFunction<KernelEntry<ElementSweepArguments>>
    {
        public KernelEntry<ElementSweepArguments> Invoke<TActivation>()
            where TActivation : struct, IActivation => Kernel<ActivationForward<TActivation>>(context);
    }
}
