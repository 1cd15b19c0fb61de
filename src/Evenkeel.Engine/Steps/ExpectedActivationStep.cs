using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.DropConnect;

namespace Evenkeel.Engine.Steps;

/// <summary>The mean of a nonlinearity over normally distributed inputs, in evaluation.</summary>
public sealed class ExpectedActivationStep : SweepStep, ILowering<ExpectedActivationNode>
{
    private readonly string _activation;
    private readonly float _spread;
    private readonly KernelEntry<ExpectedActivationArguments> _kernel;
    private PlanBuffer _mean;
    private PlanBuffer _variance;
    private PlanBuffer _output;

    private ExpectedActivationStep(ExpectedActivationNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        (_activation, _spread) = (node.Activation, node.Spread);
        (_mean, _variance, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output));
        _kernel = ActivationTable.Dispatch<Expected, KernelEntry<ExpectedActivationArguments>>(node.Activation, new Expected(context));
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_mean, true), new(_variance, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, true)];

    /// <summary>Adds the step; in training the nonlinearity alone.</summary>
    public static void Lower(ExpectedActivationNode node, LoweringContext context)
    {
        if (context.Mode == PlanMode.Evaluate) context.Add(new ExpectedActivationStep(node, context));
        else context.Add(new ActivationStep(node.Name, node.Activation, node.Output.Shape, context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output), context));
    }

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => _mean;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new ExpectedActivationArguments
        {
            Mean = frame.Floats(_mean),
            Variance = frame.Floats(_variance),
            Output = frame.Floats(_output),
            Stride = Shape.Channels,
            Window = WindowOf(part, frame.Count),
            Spread = _spread,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_mean == buffer) _mean = by;
        if (_variance == buffer) _variance = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"mean of {_activation} over {Shape}";

    private readonly struct Expected(LoweringContext context) : IActivationFunction<KernelEntry<ExpectedActivationArguments>>
    {
        public KernelEntry<ExpectedActivationArguments> Invoke<TActivation>()
            where TActivation : struct, IActivation => KernelEntry<ExpectedActivationArguments>.Of<ExpectedActivation<TActivation>>(context.Width);
    }
}
