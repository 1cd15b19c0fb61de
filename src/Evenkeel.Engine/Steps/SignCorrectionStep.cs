using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Adds to the gradient what goes through an l1 or l-infinity norm.</summary>
public sealed class SignCorrectionStep : SweepStep
{
    private readonly PlanBuffer _coefficients;
    private readonly PlanBuffer _correction;
    private readonly KernelEntry<SignCorrectionArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _gradient;
    private PlanBuffer _output;

    internal SignCorrectionStep(string name, Shape shape, PlanBuffer input, PlanBuffer gradient, PlanBuffer coefficients, PlanBuffer correction, PlanBuffer output, LoweringContext context)
        : base(name, shape, context)
    {
        (_input, _gradient, _coefficients, _correction, _output) = (input, gradient, coefficients, correction, output);
        _kernel = KernelEntry<SignCorrectionArguments>.Of<SignCorrection>(context.Width);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, true), new(_gradient, true), new(_coefficients, true), new(_correction, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, true)];

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == _output ? _gradient : null;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new SignCorrectionArguments
        {
            Input = frame.Floats(_input),
            Gradient = frame.Floats(_gradient),
            InputGradient = frame.Floats(_output),
            Stride = Shape.Channels,
            Window = WindowOf(part, frame.Count),
            Factor = frame.Floats(_coefficients) + (BackwardFinalizeStep.SignRow * Shape.Channels),
            Threshold = frame.Floats(_correction) + Shape.Channels,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_gradient == buffer) _gradient = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"gradient through the norm of {Shape}";
}
