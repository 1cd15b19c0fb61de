using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>The normalising sweep, with the nonlinearity that was fused into it.</summary>
public sealed class NormalizeStep : SweepStep
{
    private readonly int _width;
    private KernelEntry<NormalizeActivateArguments> _kernel;

    internal NormalizeStep(string name, Shape shape, PlanBuffer input, PlanBuffer transform, PlanBuffer output, LoweringContext context)
        : base(name, shape, context)
    {
        _width = context.Width;
        (Input, Transform, Output) = (input, transform, output);
        _kernel = KernelEntry<NormalizeActivateArguments>.Of<NormalizeActivate<Identity>>(_width);
    }

    /// <summary>What is normalised.</summary>
    public PlanBuffer Input { get; private set; }

    /// <summary>What is added before the nonlinearity, the shortcut of a residual block, or null.</summary>
    public PlanBuffer? Addend { get; private set; }

    /// <summary>What is applied per channel.</summary>
    public PlanBuffer Transform { get; }

    /// <summary>The result.</summary>
    public PlanBuffer Output { get; private set; }

    /// <summary>The fused nonlinearity, or null.</summary>
    public string? Activation { get; private set; }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => Addend is null ? [new(Input, true), new(Transform, true)] : [new(Input, true), new(Transform, true), new(Addend, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Output, true)];

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == Output ? Input : null;

    internal void FuseAddition(PlanBuffer addend, PlanBuffer output) => (Addend, Output) = (addend, output);

    internal void FuseActivation(string activation, PlanBuffer output)
    {
        Activation = activation;
        Output = output;
        _kernel = ActivationTable.Dispatch<Fusion, KernelEntry<NormalizeActivateArguments>>(activation, new Fusion(_width));
    }

    /// <summary>The same sweep into another buffer.</summary>
    internal NormalizeStep Again(PlanBuffer output, LoweringContext context)
    {
        var again = new NormalizeStep($"{Name}.again", Shape, Input, Transform, output, context);
        if (Activation is not null) again.FuseActivation(Activation, output);
        return again;
    }

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new NormalizeActivateArguments
        {
            Input = frame.Floats(Input),
            InputStride = Shape.Channels,
            Addend = frame.FloatsOrNull(Addend),
            AddendStride = Shape.Channels,
            Output = frame.Floats(Output),
            OutputStride = Shape.Channels,
            Window = WindowOf(part, frame.Count),
            NonTemporal = OutgrowsCaches(Output, frame.Count),
            Coefficients = NormalizationCoefficients.At(frame.Floats(Transform), Shape.Channels),
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Input == buffer) Input = by;
        if (Addend == buffer) Addend = by;
        if (Output == buffer) Output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"normalise {Shape}{(Addend is null ? "" : " + addend")}{(Activation is null ? "" : $" + {Activation}")}";

    private readonly struct Fusion(int width) : IActivationFunction<KernelEntry<NormalizeActivateArguments>>
    {
        public KernelEntry<NormalizeActivateArguments> Invoke<TActivation>()
            where TActivation : struct, IActivation => KernelEntry<NormalizeActivateArguments>.Of<NormalizeActivate<TActivation>>(width);
    }
}
