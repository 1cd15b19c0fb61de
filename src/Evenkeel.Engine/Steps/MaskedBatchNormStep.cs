using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Engine.Recurrence;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Steps;

/// <summary>Batch normalisation of the valid steps of sequences, cut by columns: statistics run by run of valid steps, merged in order, or the running ones, then one sweep.</summary>
public sealed unsafe class MaskedBatchNormStep : Step, IVerdict, ILowering<MaskedBatchNormNode>
{
    private readonly MaskedBatchNormNode _node;
    private readonly bool _gathers;
    private readonly bool _usesRunning;
    private readonly ColumnPieces _columns;
    private readonly PlanBuffer[] _parameters;
    private readonly PlanBuffer[] _states;
    private readonly PlanBuffer _mask;
    private readonly PlanBuffer _moments;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer _candidate;
    private readonly NormalizationSweeps _sweeps;
    private readonly KernelEntry<MergeStatisticsArguments> _merge;
    private readonly KernelEntry<FinalizeStatisticsArguments> _finalize;
    private readonly KernelEntry<FinalizeRunningStatisticsArguments> _running;
    private PlanBuffer _input;
    private PlanBuffer _output;
    private int _bad;

    private MaskedBatchNormStep(MaskedBatchNormNode node, LoweringContext context)
        : base(node.Name)
    {
        _node = node;
        var evaluates = context.Mode == PlanMode.Evaluate;
        _gathers = !evaluates && (node.NeedsBatchStatistics || context.IsUsed(node.Candidate));
        _usesRunning = evaluates || node.Options.NormalizeWith == NormalizeWith.RunningStatistics;
        _columns = new ColumnPieces(Shape.Rows(context.Capacity), Shape.Channels, context.Width / (8 * sizeof(float)));
        (_input, _mask, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output));
        _parameters = [context.BufferOf(node.Inputs[2]), context.BufferOf(node.Inputs[3])];
        _states = _usesRunning ? [context.BufferOf(node.Inputs[4]), context.BufferOf(node.Inputs[5]), context.BufferOf(node.Inputs[6])] : [];
        (_transform, _candidate) = (context.BufferOf(node.Transform), context.BufferOf(node.Candidate));
        _moments = context.NewWorkspace($"{node.Name}.moments", 4 * MomentSlot.Doubles(Shape.Channels));
        _sweeps = new NormalizationSweeps(context.Width);
        _merge = KernelEntry<MergeStatisticsArguments>.Of<MergeStatistics>(context.Width);
        _finalize = KernelEntry<FinalizeStatisticsArguments>.Of<FinalizeStatistics>(context.Width);
        _running = KernelEntry<FinalizeRunningStatisticsArguments>.Of<FinalizeRunningStatistics>(context.Width);
    }

    /// <summary>Whether there were two valid steps, and statistics of them that are finite.</summary>
    public bool IsFinite => _bad == 0;

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => ((PlanBuffer[])[_input, _mask, .. _parameters, .. _states]).Select(static buffer => new Access(buffer, false));

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false), new(_transform, false), new(_candidate, false), new(_moments, false)];

    private Shape Shape => _node.Output.Shape;

    /// <summary>Adds the step.</summary>
    public static void Lower(MaskedBatchNormNode node, LoweringContext context) => context.Add(new MaskedBatchNormStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _columns.Count;

    /// <inheritdoc/>
    public override void Begin(Frame frame) => _bad = 0;

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var channels = Shape.Channels;
        var (first, columns) = _columns[part.Piece];
        var coefficients = NormalizationCoefficients.At(frame.Floats(_transform), channels);
        // What the batch's statistics leave in the coefficients the running ones overwrite.
        if (_gathers) FinalizeBatch(frame, first, columns, coefficients);
        if (_usesRunning) FinalizeRunning(frame, first, columns, coefficients);

        var rows = Shape.Rows(frame.Count);
        for (nint row = 0; row < rows; row++) new Span<float>(frame.Floats(_output) + (row * channels) + first, columns).Clear();
        for (var run = ValidRun.First(frame.Floats(_mask), rows); run.Rows > 0; run = run.Next())
        {
            _sweeps.Apply(frame.Floats(_input), channels, frame.Floats(_output), channels, run.Window(first, columns), coefficients);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"batch normalisation of the valid steps of {Shape}{(_usesRunning ? " by running statistics" : "")}";

    private void FinalizeBatch(Frame frame, int first, int columns, NormalizationCoefficients coefficients)
    {
        var channels = Shape.Channels;
        double* slot = frame.Doubles(_moments), other = slot + MomentSlot.Doubles(channels);
        for (var plane = 0; plane < MomentSlot.Planes; plane++) new Span<double>(slot + (plane * channels) + first, columns).Clear();
        for (var run = ValidRun.First(frame.Floats(_mask), Shape.Rows(frame.Count)); run.Rows > 0; run = run.Next())
        {
            _sweeps.Gather(frame.Floats(_input), channels, run.Window(first, columns), channels, other);
            var merge = new MergeStatisticsArguments { Slot = slot, Others = other, Pieces = 1, Channels = channels, FirstChannel = first, EndChannel = first + columns };
            _merge.Run(ref merge);
        }

        var arguments = new FinalizeStatisticsArguments
        {
            Slot = slot,
            Channels = channels,
            FirstChannel = first,
            EndChannel = first + columns,
            Gamma = frame.Floats(_parameters[0]),
            Beta = frame.Floats(_parameters[1]),
            Epsilon = _node.Options.Epsilon,
            CandidateKind = _node.Options.VarianceEstimator == VarianceEstimator.Sample ? VarianceKind.Sample : VarianceKind.Population,
            Coefficients = coefficients,
            CandidateMean = frame.Doubles(_candidate),
            CandidateVariance = frame.Doubles(_candidate) + channels,
        };
        _finalize.Run(ref arguments);
        if (slot[first] < 2) arguments.NonFiniteChannels++;
        if (arguments.NonFiniteChannels > 0) Interlocked.Add(ref _bad, arguments.NonFiniteChannels);
    }

    private void FinalizeRunning(Frame frame, int first, int columns, NormalizationCoefficients coefficients)
    {
        var arguments = new FinalizeRunningStatisticsArguments
        {
            Running = new RunningMoments(frame.Doubles(_states[0]), frame.Doubles(_states[1]), frame.Doubles(_states[2])),
            FirstChannel = first,
            EndChannel = first + columns,
            Gamma = frame.Floats(_parameters[0]),
            Beta = frame.Floats(_parameters[1]),
            Epsilon = _node.Options.Epsilon,
            Coefficients = coefficients,
        };
        _running.Run(ref arguments);
    }
}
