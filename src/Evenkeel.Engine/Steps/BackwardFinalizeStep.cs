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
    private readonly BatchNormOptions _options;
    private readonly bool _throughStatistics;
    private readonly PlanBuffer? _correction;
    private readonly KernelEntry<BackwardFinalizeArguments> _kernel;

    internal BackwardFinalizeStep(
        BatchNormBackwardNode node, Shape shape, BackwardReduceStep reduce, PlanBuffer transform, PlanBuffer coefficients, PlanBuffer? gamma, PlanBuffer? beta, LoweringContext context)
        : base(node.Name)
    {
        _shape = shape;
        _reduce = reduce;
        _transform = transform;
        _options = node.Options;
        _throughStatistics = node.Options is { StatisticsGradient: StatisticsGradient.Full, NormalizeWith: NormalizeWith.BatchStatistics };
        if (node.Correction is { } correction && (_throughStatistics || _options.Renormalization is not null)) _correction = context.BufferOf(correction);
        (Coefficients, GammaCotangent, BetaCotangent) = (coefficients, gamma, beta);
        _kernel = KernelEntry<BackwardFinalizeArguments>.Of<BackwardFinalize>(context.Width);
    }

    /// <summary>The row of <see cref="Coefficients"/> that holds the factor of the sign, for l1 and l-infinity norms.</summary>
    internal const int SignRow = 2;

    /// <summary>c1 and c0 per channel, and for l1 and l-infinity norms the factor of the sign.</summary>
    public PlanBuffer Coefficients { get; }

    /// <summary>dgamma, where wanted.</summary>
    public PlanBuffer? GammaCotangent { get; private set; }

    /// <summary>dbeta, where wanted.</summary>
    public PlanBuffer? BetaCotangent { get; private set; }

    /// <inheritdoc/>
    public override Grid Grid => _reduce.Grid.IsByColumns ? _reduce.Grid : new Grid(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_reduce.Sums, true), new(_transform, true), .. _correction is null ? Array.Empty<Access>() : [new(_correction, true)]];

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
        var correction = frame.FloatsOrNull(_correction);
        var renormalized = _options.Renormalization is not null;
        var arguments = new BackwardFinalizeArguments
        {
            Slots = frame.Doubles(_reduce.Sums),
            Pieces = _reduce.PartialSlots(frame.Count),
            Channels = channels,
            FirstChannel = first,
            EndChannel = first + width,
            Count = _shape.Rows(frame.Count),
            ThroughStatistics = _throughStatistics,
            AboutZero = _options.Divisor == BatchNormDivisor.RootMeanSquare,
            Slope = renormalized ? null : correction,
            SignFactor = coefficients + (SignRow * channels),
            Ratio = renormalized ? correction : null,
            Offset = renormalized ? correction + channels : null,
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
