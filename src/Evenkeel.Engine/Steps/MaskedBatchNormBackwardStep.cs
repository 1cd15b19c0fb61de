using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Engine.Recurrence;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Steps;

/// <summary>The backward pass of batch normalisation over the valid steps of sequences, cut by columns.</summary>
public sealed unsafe class MaskedBatchNormBackwardStep : Step, ILowering<MaskedBatchNormBackwardNode>
{
    private readonly Shape _shape;
    private readonly bool _throughStatistics;
    private readonly ColumnPieces _columns;
    private readonly PlanBuffer _input;
    private readonly PlanBuffer _mask;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer _slots;
    private readonly PlanBuffer _factors;
    private readonly NormalizationBackwardSweeps _sweeps;
    private readonly KernelEntry<BackwardFinalizeArguments> _finalize;
    private PlanBuffer _cotangent;
    private PlanBuffer? _inputCotangent;
    private PlanBuffer? _gamma;
    private PlanBuffer? _beta;

    private MaskedBatchNormBackwardStep(MaskedBatchNormBackwardNode node, LoweringContext context)
        : base(node.Name)
    {
        (_shape, _throughStatistics) = (node.InputCotangent.Shape, node.ThroughStatistics);
        _columns = new ColumnPieces(_shape.Rows(context.Capacity), _shape.Channels, context.Width / (8 * sizeof(float)));
        (_cotangent, _input, _mask, _transform) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]), context.BufferOf(node.Inputs[3]));
        PlanBuffer? Wanted(Value value) => context.IsUsed(value) ? context.BufferOf(value) : null;
        (_inputCotangent, _gamma, _beta) = (Wanted(node.InputCotangent), Wanted(node.GammaCotangent), Wanted(node.BetaCotangent));
        _slots = context.NewWorkspace($"{node.Name}.slots", 2 * GradientSlot.Doubles(_shape.Channels));
        _factors = context.NewWorkspace($"{node.Name}.factors", 2L * _shape.Channels);
        _sweeps = new NormalizationBackwardSweeps(context.Width);
        _finalize = KernelEntry<BackwardFinalizeArguments>.Of<BackwardFinalize>(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_cotangent, false), new(_input, false), new(_mask, false), new(_transform, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => ((PlanBuffer?[])[_inputCotangent, _gamma, _beta, _slots, _factors]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <summary>Adds the step.</summary>
    public static void Lower(MaskedBatchNormBackwardNode node, LoweringContext context) => context.Add(new MaskedBatchNormBackwardStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _columns.Count;

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var (channels, rows) = (_shape.Channels, _shape.Rows(frame.Count));
        var (first, columns) = _columns[part.Piece];
        var coefficients = NormalizationCoefficients.At(frame.Floats(_transform), channels);
        float* x = frame.Floats(_input), dy = frame.Floats(_cotangent), dx = frame.FloatsOrNull(_inputCotangent), factors = frame.Floats(_factors);
        var slot = frame.Doubles(_slots);
        var valid = 0;
        for (var run = ValidRun.First(frame.Floats(_mask), rows); run.Rows > 0; run = run.Next())
        {
            _sweeps.Reduce(x, channels, dy, channels, run.Window(first, columns), channels, coefficients, slot, adds: valid > 0);
            valid += run.Rows;
        }

        if (valid == 0)
        {
            for (var plane = 0; plane < GradientSlot.Planes; plane++) new Span<double>(slot + (plane * channels) + first, columns).Clear();
        }

        var finalize = new BackwardFinalizeArguments
        {
            Slots = slot,
            Pieces = 1,
            Channels = channels,
            FirstChannel = first,
            EndChannel = first + columns,
            Count = Math.Max(1, valid),
            ThroughStatistics = _throughStatistics,
            Coefficients = coefficients,
            GammaGradient = frame.FloatsOrNull(_gamma),
            BetaGradient = frame.FloatsOrNull(_beta),
            InputFactor = factors,
            Constant = factors + channels,
        };
        _finalize.Run(ref finalize);
        if (dx == null) return;
        for (nint row = 0; row < rows; row++) new Span<float>(dx + (row * channels) + first, columns).Clear();
        for (var run = ValidRun.First(frame.Floats(_mask), rows); run.Rows > 0; run = run.Next())
        {
            _sweeps.Apply(x, channels, dy, channels, dx, run.Window(first, columns), coefficients, factors, channels);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_inputCotangent == buffer) _inputCotangent = by;
        if (_gamma == buffer) _gamma = by;
        if (_beta == buffer) _beta = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward of batch normalisation of the valid steps of {_shape}";
}
