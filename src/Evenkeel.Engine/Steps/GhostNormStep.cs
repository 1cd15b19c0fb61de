using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Batch normalisation of ghost batches: every part of the batch is normalised by its own statistics, one after the other while it is in the caches.</summary>
public sealed class GhostNormStep : Step
{
    private readonly BatchNormNode _node;
    private readonly GhostCut _cut;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer? _beta;
    private readonly NormalizationSweeps _sweeps;
    private readonly KernelEntry<FinalizeStatisticsArguments> _finalize;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private GhostNormStep(BatchNormNode node, LoweringContext context)
        : base(node.Name)
    {
        _node = node;
        _cut = new GhostCut(node.Options.GhostSize);
        (_input, _output) = (context.BufferOf(node.Input), context.BufferOf(node.Output));
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        _beta = node.Beta is { } beta ? context.BufferOf(beta) : null;
        var (channels, ghosts) = (node.Input.Shape.Channels, _cut.Pieces(context.Capacity));
        Moments = context.NewWorkspace($"{node.Name}.moments", 2 * MomentSlot.Doubles(channels) * ghosts);
        _transform = context.NewWorkspace(node.Transform.Name, (long)NormalizationCoefficients.Planes * channels * ghosts);
        context.Assign(node.Transform, _transform);
        _sweeps = new NormalizationSweeps(context.Width);
        _finalize = KernelEntry<FinalizeStatisticsArguments>.Of<FinalizeStatistics>(context.Width);
    }

    /// <summary>The moments of every ghost batch.</summary>
    public PlanBuffer Moments { get; }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => ((PlanBuffer?[])[_input, _gamma, _beta]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false), new(_transform, false), new(Moments, false)];

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _cut.Pieces(count);

    internal static void Lower(BatchNormNode node, LoweringContext context)
    {
        var step = new GhostNormStep(node, context);
        context.Add(step);
        if (node.Options.UpdateRunningStatistics || context.IsUsed(node.Candidate)) context.Add(new GhostCandidateStep(node, step.Moments, context));
    }

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var shape = _node.Input.Shape;
        var channels = shape.Channels;
        var (first, end) = _cut.Piece(part.Piece, frame.Count);
        var window = new Window(shape.Rows(first), shape.Rows(end), 0, channels);
        var slot = frame.Doubles(Moments) + (part.Piece * MomentSlot.Doubles(channels));
        var coefficients = NormalizationCoefficients.At(frame.Floats(_transform) + ((long)part.Piece * NormalizationCoefficients.Planes * channels), channels);
        _sweeps.Gather(frame.Floats(_input), channels, window, channels, slot);
        var finalize = new FinalizeStatisticsArguments
        {
            Slot = slot,
            Channels = channels,
            EndChannel = channels,
            Gamma = frame.FloatsOrNull(_gamma),
            Beta = frame.FloatsOrNull(_beta),
            Epsilon = _node.Options.Epsilon,
            Coefficients = coefficients,
        };
        _finalize.Run(ref finalize);
        _sweeps.Apply(frame.Floats(_input), channels, frame.Floats(_output), channels, window, coefficients);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"normalise ghost batches of {_cut.Size} of {_node.Input.Shape}";
}
