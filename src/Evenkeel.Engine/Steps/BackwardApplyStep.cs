using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>The second backward sweep of batch normalisation: <c>dx = a dz + c1 (x - m) + c0</c>.</summary>
public sealed class BackwardApplyStep : SweepStep
{
    private readonly BackwardReduceStep _reduce;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer _coefficients;
    private readonly int _width;
    private KernelEntry<BackwardApplyArguments> _kernel;

    internal BackwardApplyStep(string name, Shape shape, BackwardReduceStep reduce, PlanBuffer transform, PlanBuffer coefficients, PlanBuffer inputCotangent, LoweringContext context)
        : base(name, shape, context)
    {
        _reduce = reduce;
        _transform = transform;
        _coefficients = coefficients;
        _width = context.Width;
        InputCotangent = inputCotangent;
    }

    /// <summary>dx.</summary>
    public PlanBuffer InputCotangent { get; private set; }

    /// <summary>The first sweep, whose operands this one reads again.</summary>
    internal BackwardReduceStep Reduce => _reduce;

    private bool ReadsOutput => _reduce is { StoresGradient: false, Output: not null };

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads =>
    [
        new(_reduce.Cotangent, true), new(_reduce.Input, true), new(_transform, true), new(_coefficients, true),
        .. ReadsOutput ? (Access[])[new(_reduce.Output!, true)] : [],
    ];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(InputCotangent, true)];

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == InputCotangent ? _reduce.Cotangent : null;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var coefficients = frame.Floats(_coefficients);
        var arguments = new BackwardApplyArguments
        {
            Input = frame.Floats(_reduce.Input),
            InputStride = Shape.Channels,
            OutputGradient = frame.Floats(_reduce.Cotangent),
            OutputGradientStride = Shape.Channels,
            Output = ReadsOutput ? frame.Floats(_reduce.Output!) : null,
            OutputStride = Shape.Channels,
            InputGradient = frame.Floats(InputCotangent),
            InputGradientStride = Shape.Channels,
            Window = WindowOf(part, frame.Count),
            NonTemporal = OutgrowsCaches(InputCotangent, frame.Count),
            Coefficients = NormalizationCoefficients.At(frame.Floats(_transform), Shape.Channels),
            InputFactor = coefficients,
            Constant = coefficients + Shape.Channels,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Bind() =>
        _kernel = ActivationTable.Dispatch<Fusion, KernelEntry<BackwardApplyArguments>>(
            _reduce.StoresGradient ? Identity.Name : _reduce.Activation ?? Identity.Name, new Fusion(_width));

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (InputCotangent == buffer) InputCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward sweep of {Shape}";

    private readonly struct Fusion(int width) : IActivationFunction<KernelEntry<BackwardApplyArguments>>
    {
        public KernelEntry<BackwardApplyArguments> Invoke<TActivation>()
            where TActivation : struct, IActivation => KernelEntry<BackwardApplyArguments>.Of<BackwardApply<TActivation>>(width);
    }
}
