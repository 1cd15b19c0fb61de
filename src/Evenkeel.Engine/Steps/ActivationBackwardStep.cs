using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>The cotangent in front of a nonlinearity, from its output or input as the nonlinearity declares.</summary>
public sealed class ActivationBackwardStep : ElementStep, ILowering<ActivationBackwardNode>
{
    private readonly string _activation;
    private readonly PlanBuffer _input;
    private readonly PlanBuffer _output;

    private ActivationBackwardStep(ActivationBackwardNode node, PlanBuffer? saved, LoweringContext context)
        : base(node.Name, node.Output.Shape, ActivationTable.Dispatch<Backward, KernelEntry<ElementSweepArguments>>(node.Activation, new Backward(context)), context.BufferOf(node.Inputs[0]), saved, null, context.BufferOf(node.Output), context)
    {
        _activation = node.Activation;
        _input = context.BufferOf(node.Inputs[1]);
        _output = context.BufferOf(node.Inputs[2]);
    }

    /// <summary>dy.</summary>
    public PlanBuffer Cotangent => First;

    /// <summary>dx.</summary>
    public PlanBuffer InputCotangent => base.Output;

    /// <summary>The nonlinearity's name.</summary>
    internal string Activation => _activation;

    /// <summary>Whether the derivative is had from the nonlinearity's output.</summary>
    internal bool ReadsOutput => Second == _output;

    /// <summary>The nonlinearity's input.</summary>
    internal PlanBuffer Input => _input;

    /// <summary>The nonlinearity's output.</summary>
    internal new PlanBuffer Output => _output;

    /// <summary>Adds the step.</summary>
    public static void Lower(ActivationBackwardNode node, LoweringContext context)
    {
        var saved = ActivationTable.Dispatch<Needs, DerivativeNeeds>(node.Activation, default) switch
        {
            DerivativeNeeds.Input => node.Inputs[1],
            DerivativeNeeds.Output => node.Inputs[2],
            _ => null,
        };
        context.Add(new ActivationBackwardStep(node, saved is null ? null : context.BufferOf(saved), context));
    }

    /// <inheritdoc/>
    public override string Describe() => $"derivative of {_activation}, {Shape}";

    private readonly struct Needs : IActivationFunction<DerivativeNeeds>
    {
        public DerivativeNeeds Invoke<TActivation>()
            where TActivation : struct, IActivation => TActivation.DerivativeNeeds;
    }

    private readonly struct Backward(LoweringContext context) : IActivationFunction<KernelEntry<ElementSweepArguments>>
    {
        public KernelEntry<ElementSweepArguments> Invoke<TActivation>()
            where TActivation : struct, IActivation => Kernel<ActivationBackward<TActivation>>(context);
    }
}
