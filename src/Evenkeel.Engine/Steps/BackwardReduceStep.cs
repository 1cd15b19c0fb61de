using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>The first backward sweep of batch normalisation: the sums of dz and dz (x - m), with the nonlinearity's mask fused in.</summary>
public sealed class BackwardReduceStep : SweepStep
{
    private readonly int _width;
    private KernelEntry<BackwardReduceArguments> _kernel;

    internal BackwardReduceStep(string name, Shape shape, PlanBuffer cotangent, PlanBuffer input, PlanBuffer transform, LoweringContext context)
        : base(name, shape, context)
    {
        _width = context.Width;
        (Cotangent, Input, Transform) = (cotangent, input, transform);
        Sums = context.NewWorkspace($"{name}.sums", 2 * GradientSlot.Doubles(shape.Channels) * PartialSlots(context.Capacity));
        _kernel = KernelEntry<BackwardReduceArguments>.Of<BackwardReduce<Identity>>(_width);
    }

    /// <summary>dy; dz after the sweep where <see cref="StoresGradient"/>.</summary>
    public PlanBuffer Cotangent { get; private set; }

    /// <summary>x, the only tensor saved by the forward pass, with y where the nonlinearity's derivative is a function of it.</summary>
    public PlanBuffer Input { get; private set; }

    /// <summary>The stored y of the fused nonlinearity, or null.</summary>
    public PlanBuffer? Output { get; private set; }

    /// <summary>What the forward sweep applied.</summary>
    public PlanBuffer Transform { get; }

    /// <summary>The pieces' sums.</summary>
    public PlanBuffer Sums { get; }

    /// <summary>The fused nonlinearity, or null.</summary>
    public string? Activation { get; private set; }

    /// <summary>Whether dz overwrites dy, so that the second sweep need not take the derivative again.</summary>
    public bool StoresGradient { get; internal set; }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => Output is null
        ? [new(Cotangent, true), new(Input, true), new(Transform, true)]
        : [new(Cotangent, true), new(Input, true), new(Transform, true), new(Output, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => StoresGradient ? [new(Sums, true), new(Cotangent, true)] : [new(Sums, true)];

    internal void FuseActivation(string activation, PlanBuffer cotangent, PlanBuffer? output)
    {
        Activation = activation;
        Cotangent = cotangent;
        Output = output;
        _kernel = ActivationTable.Dispatch<Fusion, KernelEntry<BackwardReduceArguments>>(activation, new Fusion(_width));
    }

    /// <summary>Has the derivative taken from the normalised value, made again from x, instead of a stored y.</summary>
    internal void ForgetOutput() => Output = null;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new BackwardReduceArguments
        {
            Input = frame.Floats(Input),
            InputStride = Shape.Channels,
            OutputGradient = frame.Floats(Cotangent),
            OutputGradientStride = Shape.Channels,
            Output = frame.FloatsOrNull(Output),
            OutputStride = Shape.Channels,
            StoreGradient = StoresGradient,
            Accumulate = !part.OpensPiece,
            Channels = Shape.Channels,
            Coefficients = NormalizationCoefficients.At(frame.Floats(Transform), Shape.Channels),
            Slot = frame.Doubles(Sums) + (PartialSlot(part) * GradientSlot.Doubles(Shape.Channels)),
        };
        var (first, end) = SumsOf(part);
        for (var window = first; window < end; window++)
        {
            arguments.Window = SumWindow(window, part, frame.Count);
            _kernel.Run(ref arguments);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Cotangent == buffer) Cotangent = by;
        if (Input == buffer) Input = by;
        if (Output == buffer) Output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward sums of {Shape}{(Activation is null ? "" : $" + mask of {Activation}")}";

    private readonly struct Fusion(int width) : IActivationFunction<KernelEntry<BackwardReduceArguments>>
    {
        public KernelEntry<BackwardReduceArguments> Invoke<TActivation>()
            where TActivation : struct, IActivation => KernelEntry<BackwardReduceArguments>.Of<BackwardReduce<TActivation>>(width);
    }
}
