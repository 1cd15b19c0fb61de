using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Merges the pieces' moments and makes of them what the sweep applies, and the candidates for the running statistics.</summary>
public sealed class FinalizeStatisticsStep : Step, IVerdict
{
    private readonly BatchNormNode _node;
    private readonly StatisticsStep _statistics;
    private readonly KernelEntry<MergeStatisticsArguments> _merge;
    private readonly KernelEntry<FinalizeStatisticsArguments> _finalize;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer? _beta;
    private readonly StatisticsVariant? _variant;
    private int _nonFinite;

    internal FinalizeStatisticsStep(BatchNormNode node, StatisticsStep statistics, StatisticsVariant? variant, PlanBuffer transform, LoweringContext context)
        : base(node.Name)
    {
        _node = node;
        _statistics = statistics;
        _variant = variant;
        Transform = transform;
        Candidate = context.BufferOf(node.Candidate);
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        _beta = node.Beta is { } beta ? context.BufferOf(beta) : null;
        _merge = KernelEntry<MergeStatisticsArguments>.Of<MergeStatistics>(context.Width);
        _finalize = KernelEntry<FinalizeStatisticsArguments>.Of<FinalizeStatistics>(context.Width);
    }

    /// <summary>What the sweep applies.</summary>
    public PlanBuffer Transform { get; }

    /// <summary>The candidates for the running statistics, in a shadow until the commit.</summary>
    public PlanBuffer Candidate { get; }

    /// <summary>The node that this belongs to.</summary>
    internal BatchNormNode Node => _node;

    /// <summary>Where the statistics of several micro-batches meet; null where a run is a step of its own.</summary>
    internal StatisticsExchange? Exchange { get; set; }

    /// <inheritdoc/>
    public bool IsFinite => _nonFinite == 0;

    /// <inheritdoc/>
    public override Grid Grid => _statistics.Grid.IsByColumns ? _statistics.Grid : new Grid(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_statistics.Moments, true), .. Parameter(_gamma), .. Parameter(_beta), .. _variant?.Reads ?? []];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_statistics.Moments, true), new(Transform, true), new(Candidate, true), .. _variant?.Writes ?? []];

    /// <inheritdoc/>
    public override long ScratchFloats => _variant?.ScratchFloats ?? 0;

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _statistics.Columns.Count;

    /// <inheritdoc/>
    public override void Begin(Frame frame) => _nonFinite = 0;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = _node.Input.Shape.Channels;
        var (first, width) = _statistics.Columns[part.Piece];
        var end = first + width;
        var slots = frame.Doubles(_statistics.Moments);
        var pieces = _statistics.PartialSlots(frame.Count);
        if (pieces > 1)
        {
            var merge = new MergeStatisticsArguments { Slot = slots, Others = slots + MomentSlot.Doubles(channels), Pieces = pieces - 1, Channels = channels, FirstChannel = first, EndChannel = end };
            _merge.Run(ref merge);
        }

        switch (Exchange?.Forward)
        {
            case ExchangeMode.Gather:
                var gather = new MergeStatisticsArguments { Slot = Exchange.Moments, Others = slots, Pieces = 1, Channels = channels, FirstChannel = first, EndChannel = end };
                _merge.Run(ref gather);
                break;
            case ExchangeMode.Given:
                slots = Exchange.Moments;
                break;
        }

        var candidate = frame.Doubles(Candidate);
        var arguments = new FinalizeStatisticsArguments
        {
            Slot = slots,
            Channels = channels,
            FirstChannel = first,
            EndChannel = end,
            Gamma = frame.FloatsOrNull(_gamma),
            Beta = frame.FloatsOrNull(_beta),
            Epsilon = _node.Options.Epsilon,
            CandidateKind = _node.Options.VarianceEstimator == VarianceEstimator.Sample ? VarianceKind.Sample : VarianceKind.Population,
            Coefficients = NormalizationCoefficients.At(frame.Floats(Transform), channels),
            CandidateMean = candidate,
            CandidateVariance = candidate + channels,
        };
        _variant?.Amend(frame, ref arguments);
        _finalize.Run(ref arguments);
        if (arguments.NonFiniteChannels > 0) Interlocked.Add(ref _nonFinite, arguments.NonFiniteChannels);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
    }

    /// <inheritdoc/>
    public override string Describe() => $"finalise statistics of {_node.Input.Shape}";

    private static Access[] Parameter(PlanBuffer? buffer) => buffer is null ? [] : [new(buffer, false)];
}
