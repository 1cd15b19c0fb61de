using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Engine.Recurrence;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Kernels.Recurrent;

namespace Evenkeel.Engine.Steps;

/// <summary>A recurrent layer, backward: a phase per time step from the last to the first, in pieces of units; see <see cref="RecurrentStep"/>.</summary>
/// <remarks>A last phase makes the cotangents of the initial state and, for layer normalisation, adds what the pieces of samples summed.</remarks>
public sealed unsafe class RecurrentBackwardStep : Step, ILowering<RecurrentBackwardNode>
{
    private readonly RecurrentNode _node;
    private readonly RecurrentWeights _product;
    private readonly BatchScanNormBackward? _hiddenBatch;
    private readonly BatchScanNormBackward? _cellBatch;
    private readonly LayerScanNorm? _hiddenLayer;
    private readonly LayerScanNorm? _cellLayer;
    private readonly KernelEntry<CellArguments> _cell;
    private readonly KernelEntry<CellArguments> _show;
    private readonly KernelEntry<StridedCopyArguments> _copy;
    private readonly PlanBuffer _weight;
    private readonly PlanBuffer? _lastHidden;
    private readonly PlanBuffer? _lastCell;
    private readonly PlanBuffer? _initialHidden;
    private readonly PlanBuffer? _initialCell;
    private readonly PlanBuffer _hidden;
    private readonly PlanBuffer? _gates;
    private readonly PlanBuffer _cells;
    private readonly PlanBuffer? _previous;
    private readonly PlanBuffer? _raw;
    private readonly PlanBuffer _packed;
    private readonly PlanBuffer _exchange;
    private readonly PlanBuffer _hiddenCotangent;
    private readonly PlanBuffer _cellCotangent;
    private readonly PlanBuffer _carry;
    private readonly PlanBuffer? _recurrentCotangent;
    private readonly PlanBuffer? _initialHiddenCotangent;
    private readonly PlanBuffer? _sums;
    private readonly PlanBuffer?[] _normCotangents;
    private readonly long _capacity;
    private PlanBuffer? _output;
    private PlanBuffer _projectedCotangent;

    private RecurrentBackwardStep(RecurrentBackwardNode node, LoweringContext context)
        : base(node.Name)
    {
        _node = node.Forward;
        _capacity = context.Capacity;
        _product = RecurrentWeights.Create(context.Width, context.Capacity, _node.Units, _node.Gates);
        PlanBuffer? Optional(Value? value) => value is null ? null : context.BufferOf(value);
        PlanBuffer? Wanted(Value? value) => value is not null && context.IsUsed(value) ? context.BufferOf(value) : null;
        (_weight, _hidden, _cells) = (context.BufferOf(_node.Weight), context.BufferOf(_node.Output), context.BufferOf(_node.Cells));
        (_output, _lastHidden, _lastCell) = (Optional(node.OutputCotangent), Optional(node.LastHiddenCotangent), Optional(node.LastCellCotangent));
        (_initialHidden, _initialCell, _raw) = (Optional(_node.Extras.InitialHidden), Optional(_node.Extras.InitialCell), Optional(_node.Raw));
        _gates = _node.Cell == RecurrentCell.Tanh ? null : context.BufferOf(_node.GateValues);
        _previous = _node.Cell == RecurrentCell.Gru ? context.BufferOf(_node.Previous) : null;
        _packed = context.NewWorkspace($"{node.Name}.packed", _product.TransposedFloats);
        _exchange = context.NewBuffer($"{node.Name}.state", Shape.Batch(2 * _node.Columns));
        _hiddenCotangent = context.NewBuffer($"{node.Name}.d_hidden", Shape.Batch(_node.Units));
        _cellCotangent = context.NewBuffer($"{node.Name}.d_cell", Shape.Batch(_node.Units));
        _carry = Wanted(node.InitialCellCotangent) ?? context.NewBuffer($"{node.Name}.carry", Shape.Batch(_node.Units));
        _projectedCotangent = context.BufferOf(node.ProjectedCotangent);
        _recurrentCotangent = node.HasOwnRecurrentCotangent ? Wanted(node.RecurrentCotangent) : null;
        _initialHiddenCotangent = Wanted(node.InitialHiddenCotangent);
        _copy = KernelEntry<StridedCopyArguments>.Of<StridedCopy>(context.Width);
        _cell = _node.Cell switch
        {
            RecurrentCell.Lstm => KernelEntry<CellArguments>.Of<LstmGatesBackward>(context.Width),
            RecurrentCell.Gru => KernelEntry<CellArguments>.Of<GruBackward>(context.Width),
            _ => KernelEntry<CellArguments>.Of<TanhBackward>(context.Width),
        };
        _show = KernelEntry<CellArguments>.Of<LstmOutputBackward>(context.Width);
        _normCotangents = [Wanted(node.HiddenGammaCotangent), null, Wanted(node.CellGammaCotangent), Wanted(node.CellBetaCotangent)];
        if (_node.Extras.Norm is not { } norm) return;
        if (norm.IsLayer)
        {
            _hiddenLayer = new LayerScanNorm(norm.Options.Epsilon, _node.Columns, norm.HiddenGamma, null, _node.HiddenTransform!, context);
            if (norm.CellGamma is { } gamma) _cellLayer = new LayerScanNorm(norm.Options.Epsilon, _node.Units, gamma, norm.CellBeta, _node.CellTransform!, context);
            _sums = context.NewWorkspace($"{node.Name}.sums", 2 * SumDoubles * SampleCut.Pieces(context.Capacity));
        }
        else
        {
            _hiddenBatch = new BatchScanNormBackward($"{node.Name}.recurrent", _node.Columns, _node.HiddenTransform!, node.HiddenGammaCotangent!, null, context);
            if (norm.CellGamma is not null) _cellBatch = new BatchScanNormBackward($"{node.Name}.cell", _node.Units, _node.CellTransform!, node.CellGammaCotangent!, node.CellBetaCotangent, context);
        }
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override int Phases => (PhasesPerStep * _node.Steps) + (_initialHiddenCotangent is not null || _hiddenLayer is not null ? 1 : 0);

    /// <inheritdoc/>
    public override long ScratchFloats => _hiddenLayer is null
        ? _capacity * (_cellBatch is null ? 0 : MostUnits)
        : _node.Units + (2L * _node.Columns);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads =>
        ((PlanBuffer?[])[_weight, _output, _lastHidden, _lastCell, _initialHidden, _initialCell, _hidden, _cells, _previous, _raw, .. _hiddenBatch?.Reads ?? [], .. _cellBatch?.Reads ?? [], .. _hiddenLayer?.Reads ?? [], _hiddenLayer?.Statistics, .. _cellLayer?.Reads ?? [], _cellLayer?.Statistics])
        .OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false)).Concat(_gates is null ? [] : [new Access(_gates, true)]);

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes =>
        ((PlanBuffer?[])[_packed, _exchange, _hiddenCotangent, _cellCotangent, _carry, _recurrentCotangent, _initialHiddenCotangent, _sums, .. _normCotangents, .. _hiddenBatch?.Writes ?? [], .. _cellBatch?.Writes ?? [], _cellLayer?.Statistics])
        .OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false)).Append(new Access(_projectedCotangent, true));

    private RecurrentBlocks Blocks => _product.Blocks;

    private bool IsLstm => _node.Cell == RecurrentCell.Lstm;

    private int PhasesPerStep => _hiddenLayer is null ? 1 : 2;

    private int FirstStep => _initialHidden is null ? 1 : 0;

    private int MostUnits => Enumerable.Range(0, Blocks.Pieces).Max(piece => Blocks.UnitsOf(piece).Count);

    /// <summary>dgamma and dbeta of both normalisations of a piece of samples.</summary>
    private long SumDoubles => 2L * (_node.Columns + _node.Units);

    /// <summary>Adds the step.</summary>
    public static void Lower(RecurrentBackwardNode node, LoweringContext context) => context.Add(new RecurrentBackwardStep(node, context));

    /// <summary>The cotangents of an LSTM's gates take the place of the gates: each is read before it is overwritten.</summary>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == _projectedCotangent && IsLstm ? _gates : null;

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _hiddenLayer is null || phase % 2 == 0 ? Blocks.Pieces : SampleCut.Pieces(count);

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var step = _node.Steps - 1 - (phase / PhasesPerStep);
        if (_hiddenLayer is not null && phase % 2 != 0)
        {
            var (first, end) = SampleCut.Piece(part.Piece, frame.Count);
            var sums = frame.Doubles(_sums!) + (part.Piece * SumDoubles);
            if (phase == 1) new Span<double>(sums, (int)SumDoubles).Clear();
            for (var sample = first; sample < end; sample++) RunSample(frame, step, sample, sums);
            return;
        }

        var (unit, units) = Blocks.UnitsOf(part.Piece);
        if (phase == 0)
        {
            _product.PackTransposed(frame.Floats(_weight), frame.Floats(_packed), part.Piece);
            if (_lastCell is not null) Copy(frame.Floats(_lastCell) + unit, _node.Units, frame.Floats(_carry) + unit, _node.Units, frame.Count, units);
            for (var gate = 0; gate < _node.Gates; gate++) _hiddenBatch?.Begin(frame, (gate * _node.Units) + unit, units);
            _cellBatch?.Begin(frame, unit, units);
        }
        else if (step >= 0 || _initialHiddenCotangent is not null)
        {
            _product.MultiplyTransposed(State(frame, step + 1), frame.Count, frame.Floats(_packed), part.Piece, frame.Floats(_hiddenCotangent));
        }

        if (step >= 0 && _hiddenLayer is null) RunUnits(frame, step, unit, units);
        if (step < 0) Complete(frame, part.Piece, unit, units);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_output == buffer) _output = by;
        if (_projectedCotangent == buffer) _projectedCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward of {_node.Cell.ToString().ToLowerInvariant()} over {_node.Steps} steps, {_node.Units} units, {Blocks.Pieces} pieces";

    private void RunUnits(Frame frame, int step, int unit, int units)
    {
        var arguments = Arguments(frame, step, 0, frame.Count, unit, units);
        if (_cellBatch is not null)
        {
            arguments.CellSeen = new Strip(frame.Scratch, units);
            _cellBatch.Again(frame, step, unit, units, arguments.Cell, arguments.CellSeen);
        }

        if (IsLstm) _show.Run(ref arguments);
        _cellBatch?.Run(frame, step, unit, units, arguments.Cell, arguments.CellCotangent);
        _cell.Run(ref arguments);
        if (_hiddenBatch is not null)
        {
            var raw = Rows(frame, _raw!, _node.Columns, step, 0, unit);
            for (var gate = 0; gate < _node.Gates && step >= FirstStep; gate++)
                _hiddenBatch.Run(frame, step, (gate * _node.Units) + unit, units, raw.From(gate * _node.Units), arguments.RecurrentCotangent.From(gate * _node.Units));
        }

        Keep(frame, step, 0, frame.Count, unit, units, arguments.RecurrentCotangent);
        if (step > 0) return;
        for (var gate = 0; gate < _node.Gates; gate++) _hiddenBatch?.Finish(frame, (gate * _node.Units) + unit, units);
        _cellBatch?.Finish(frame, unit, units);
    }

    private void RunSample(Frame frame, int step, int sample, double* sums)
    {
        var row = ((nint)sample * _node.Steps) + step;
        var arguments = Arguments(frame, step, sample, 1, 0, _node.Units);
        var zeros = frame.Scratch + _node.Units;
        new Span<float>(zeros, 2 * _node.Columns).Clear();
        if (_cellLayer is not null)
        {
            arguments.CellSeen = new Strip(frame.Scratch, 0);
            _cellLayer.Run(frame, row, arguments.Cell.First, frame.Scratch);
        }

        if (IsLstm) _show.Run(ref arguments);
        _cellLayer?.Backward(frame, row, arguments.Cell.First, arguments.CellCotangent.First, sums + (2 * _node.Columns), zeros);
        _cell.Run(ref arguments);
        if (step >= FirstStep) _hiddenLayer!.Backward(frame, row, frame.Floats(_raw!) + (row * _node.Columns), arguments.RecurrentCotangent.First, sums, zeros);
        Keep(frame, step, sample, 1, 0, _node.Units, arguments.RecurrentCotangent);
    }

    private CellArguments Arguments(Frame frame, int step, int sample, int samples, int unit, int units)
    {
        var isLast = step == _node.Steps - 1;
        var cell = Rows(frame, _cells, _node.Units, step, sample, unit);
        return new CellArguments
        {
            Gates = _gates is null ? default : Rows(frame, _gates, (int)(_gates.FloatsPerSample / _node.Steps), step, sample, unit),
            Cell = cell,
            CellSeen = cell,
            PreviousCell = step > 0 ? new Strip(cell.First - _node.Units, cell.Row) : OfSamples(frame, _initialCell, sample, unit),
            PreviousHidden = _previous is null || (step == 0 && _initialHidden is null) ? default : Rows(frame, _previous, _node.Units, step, sample, unit),
            Hidden = Rows(frame, _hidden, _node.Units, step, sample, unit),
            HiddenCotangent = OfSamples(frame, isLast ? _lastHidden : _hiddenCotangent, sample, unit),
            OutputCotangent = _output is null ? default : Rows(frame, _output, _node.Units, step, sample, unit),
            CellCotangent = OfSamples(frame, _cellCotangent, sample, unit),
            Carry = OfSamples(frame, _carry, sample, unit),
            OpensCarry = isLast && _lastCell is null,
            RecurrentCotangent = new Strip(State(frame, step) + ((nint)sample * _node.Columns) + unit, _node.Columns, _node.Units),
            ProjectedCotangent = Rows(frame, _projectedCotangent, _node.Columns, step, sample, unit),
            Rows = samples,
            Units = units,
        };
    }

    /// <summary>Keeps the cotangent of the product for the gradient of the weights; where nothing was multiplied there is none.</summary>
    private void Keep(Frame frame, int step, int sample, int samples, int unit, int units, Strip cotangent)
    {
        if (_recurrentCotangent is null) return;
        var kept = Rows(frame, _recurrentCotangent, _node.Columns, step, sample, unit);
        for (var gate = 0; gate < _node.Gates; gate++)
            Copy(cotangent.First + (gate * _node.Units), cotangent.Row, kept.First + (gate * _node.Units), kept.Row, samples, units);
    }

    private void Complete(Frame frame, int piece, int unit, int units)
    {
        if (_initialHiddenCotangent is not null)
        {
            float* from = frame.Floats(_hiddenCotangent) + unit, carry = frame.Floats(_carry) + unit, to = frame.Floats(_initialHiddenCotangent) + unit;
            Copy(from, _node.Units, to, _node.Units, frame.Count, units);
            for (nint row = 0; row < frame.Count && _node.Cell == RecurrentCell.Gru; row++)
            {
                for (var i = 0; i < units; i++) to[(row * _node.Units) + i] += carry[(row * _node.Units) + i];
            }
        }

        if (_hiddenLayer is null || piece > 0) return;
        var at = 0;
        for (var i = 0; i < _normCotangents.Length; i++)
        {
            var channels = i < 2 ? _node.Columns : _node.Units;
            if (_normCotangents[i] is { } cotangent) AddPieces(frame, at, channels, frame.Floats(cotangent));
            at += channels;
        }
    }

    private void AddPieces(Frame frame, int at, int channels, float* result)
    {
        for (var channel = 0; channel < channels; channel++)
        {
            var sum = 0.0;
            for (var piece = 0; piece < SampleCut.Pieces(frame.Count); piece++) sum += frame.Doubles(_sums!)[(piece * SumDoubles) + at + channel];
            result[channel] = (float)sum;
        }
    }

    private float* State(Frame frame, int step) => frame.Floats(_exchange) + ((nint)(step & 1) * frame.Count * _node.Columns);

    private Strip OfSamples(Frame frame, PlanBuffer? buffer, int sample, int unit) => buffer is null ? default : new(frame.Floats(buffer) + ((nint)sample * _node.Units) + unit, _node.Units);

    private Strip Rows(Frame frame, PlanBuffer buffer, int channels, int step, int sample, int unit) =>
        new(frame.Floats(buffer) + ((((nint)sample * _node.Steps) + step) * channels) + unit, (nint)_node.Steps * channels, _node.Units);

    private void Copy(float* source, nint sourceStride, float* destination, nint destinationStride, int rows, int columns)
    {
        var arguments = new StridedCopyArguments { Source = source, SourceStride = sourceStride, Destination = destination, DestinationStride = destinationStride, Rows = rows, Columns = columns };
        _copy.Run(ref arguments);
    }
}
