using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Merges the backward sums and makes dgamma, dbeta and the coefficients of dx.</summary>
public sealed class BackwardFinalizeStep : Step
{
    private readonly Shape _shape;
    private readonly BackwardReduceStep _reduce;
    private readonly PlanBuffer _transform;
    private readonly bool _throughStatistics;
    private readonly KernelEntry<BackwardFinalizeArguments> _kernel;

    internal BackwardFinalizeStep(
        BatchNormBackwardNode node, Shape shape, BackwardReduceStep reduce, PlanBuffer transform, PlanBuffer coefficients, PlanBuffer? gamma, PlanBuffer? beta, LoweringContext context)
        : base(node.Name)
    {
        _shape = shape;
        _reduce = reduce;
        _transform = transform;
        _throughStatistics = node.Options is { StatisticsGradient: StatisticsGradient.Full, NormalizeWith: NormalizeWith.BatchStatistics };
        (Coefficients, GammaCotangent, BetaCotangent) = (coefficients, gamma, beta);
        _kernel = KernelEntry<BackwardFinalizeArguments>.Of<BackwardFinalize>(context.Width);
    }

    /// <summary>c1 and c0 per channel.</summary>
    public PlanBuffer Coefficients { get; }

    /// <summary>dgamma, where wanted.</summary>
    public PlanBuffer? GammaCotangent { get; private set; }

    /// <summary>dbeta, where wanted.</summary>
    public PlanBuffer? BetaCotangent { get; private set; }

    /// <inheritdoc/>
    public override Grid Grid => _reduce.Grid.IsByColumns ? _reduce.Grid : new Grid(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_reduce.Sums, true), new(_transform, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes =>
        ((PlanBuffer?[])[Coefficients, GammaCotangent, BetaCotangent]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, true));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _reduce.Columns.Count;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = _shape.Channels;
        var (first, width) = _reduce.Columns[part.Piece];
        var coefficients = frame.Floats(Coefficients);
        var arguments = new BackwardFinalizeArguments
        {
            Slots = frame.Doubles(_reduce.Sums),
            Pieces = _reduce.PartialSlots(frame.Count),
            Channels = channels,
            FirstChannel = first,
            EndChannel = first + width,
            Count = _shape.Rows(frame.Count),
            ThroughStatistics = _throughStatistics,
            Coefficients = NormalizationCoefficients.At(frame.Floats(_transform), channels),
            GammaGradient = frame.FloatsOrNull(GammaCotangent),
            BetaGradient = frame.FloatsOrNull(BetaCotangent),
            InputFactor = coefficients,
            Constant = coefficients + channels,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (GammaCotangent == buffer) GammaCotangent = by;
        if (BetaCotangent == buffer) BetaCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"finalise backward sums of {_shape}";
}
