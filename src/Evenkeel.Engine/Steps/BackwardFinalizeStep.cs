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
        Forward = (BatchNormNode)node.Inputs[2].Producer;
        ThroughStatistics = node.Options is { StatisticsGradient: StatisticsGradient.Full, NormalizeWith: NormalizeWith.BatchStatistics };
        if (node.Correction is { } correction && (ThroughStatistics || _options.Renormalization is not null)) _correction = context.BufferOf(correction);
        (Coefficients, GammaCotangent, BetaCotangent) = (coefficients, gamma, beta);
        _kernel = KernelEntry<BackwardFinalizeArguments>.Of<BackwardFinalize>(context.Width);
    }

    /// <summary>The row of <see cref="Coefficients"/> that holds the factor of the sign, for l1 and l-infinity norms.</summary>
    internal const int SignRow = 2;

    /// <summary>c1 and c0 per channel, and for l1 and l-infinity norms the factor of the sign.</summary>
    public PlanBuffer Coefficients { get; }

    /// <summary>The forward node.</summary>
    internal BatchNormNode Forward { get; }

    /// <summary>Whether the gradient flows through the batch's statistics.</summary>
    internal bool ThroughStatistics { get; }

    /// <summary>Where the sums of several micro-batches meet; null where a run is a step of its own.</summary>
    internal StatisticsExchange? Exchange { get; set; }

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
            ThroughStatistics = ThroughStatistics,
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
        switch (Exchange?.Backward)
        {
            case ExchangeMode.Gather:
                Gather(Exchange, arguments);
                break;
            case ExchangeMode.Given:
                // dgamma and dbeta are sums, so every run keeps its own; what goes through the statistics is that of all runs.
                arguments.Slots = Exchange.Given;
                (arguments.Pieces, arguments.Count) = (1, Exchange.Count);
                arguments.GammaGradient = arguments.BetaGradient = null;
                _kernel.Run(ref arguments);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (GammaCotangent == buffer) GammaCotangent = by;
        if (BetaCotangent == buffer) BetaCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"finalise backward sums of {_shape}";

    private static unsafe void Gather(StatisticsExchange exchange, in BackwardFinalizeArguments arguments)
    {
        for (var plane = 0; plane < GradientSlot.Planes; plane++)
        {
            for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
            {
                var (at, sum) = ((plane * arguments.Channels) + channel, 0.0);
                for (var piece = 0; piece < arguments.Pieces; piece++) sum += arguments.Slots[(piece * GradientSlot.Doubles(arguments.Channels)) + at];
                exchange.Sums[at] += exchange.Share * sum;
            }
        }
    }
}
