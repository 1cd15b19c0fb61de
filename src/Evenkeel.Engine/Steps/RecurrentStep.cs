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

/// <summary>A recurrent layer, forward: a phase per time step, in pieces of units. A piece has all samples of its units, packs its part of the weights once and keeps it.</summary>
/// <remarks>Layer normalisation needs all units of a sample: there a time step is two phases, the product in pieces of units and the cell in pieces of samples.</remarks>
public sealed unsafe class RecurrentStep : Step, IVerdict, ILowering<RecurrentNode>
{
    private readonly RecurrentNode _node;
    private readonly RecurrentWeights _product;
    private readonly BatchScanNorm? _hiddenBatch;
    private readonly BatchScanNorm? _cellBatch;
    private readonly LayerScanNorm? _hiddenLayer;
    private readonly LayerScanNorm? _cellLayer;
    private readonly KernelEntry<CellArguments> _cell;
    private readonly KernelEntry<CellArguments> _show;
    private readonly KernelEntry<StridedCopyArguments> _copy;
    private readonly PlanBuffer _weight;
    private readonly PlanBuffer? _bias;
    private readonly PlanBuffer? _initialHidden;
    private readonly PlanBuffer? _initialCell;
    private readonly PlanBuffer _packed;
    private readonly PlanBuffer _exchange;
    private readonly PlanBuffer? _lastHidden;
    private readonly PlanBuffer? _lastCell;
    private readonly PlanBuffer? _gates;
    private readonly PlanBuffer _cells;
    private readonly PlanBuffer? _previous;
    private readonly PlanBuffer? _raw;
    private readonly long _scratchRows;
    private PlanBuffer _projected;
    private PlanBuffer _output;
    private int _nonFinite;

    private RecurrentStep(RecurrentNode node, LoweringContext context)
        : base(node.Name)
    {
        _node = node;
        _product = RecurrentWeights.Create(context.Width, context.Capacity, node.Units, node.Gates);
        PlanBuffer? Optional(Value? value) => value is null ? null : context.BufferOf(value);
        PlanBuffer? Wanted(Value? value) => value is not null && context.IsUsed(value) ? context.BufferOf(value) : null;
        (_projected, _weight, _output, _cells) = (context.BufferOf(node.Projected), context.BufferOf(node.Weight), context.BufferOf(node.Output), context.BufferOf(node.Cells));
        (_bias, _initialHidden, _initialCell) = (Optional(node.Extras.Bias), Optional(node.Extras.InitialHidden), Optional(node.Extras.InitialCell));
        (_lastHidden, _lastCell, _previous, _raw) = (Wanted(node.LastHidden), Wanted(node.LastCell), Wanted(node.Previous), Optional(node.Raw));
        _gates = node.Cell == RecurrentCell.Tanh ? null : Wanted(node.GateValues);
        _packed = context.NewWorkspace($"{node.Name}.packed", _product.PackedFloats);
        _exchange = context.NewBuffer($"{node.Name}.state", Shape.Batch(2 * node.Units));
        _copy = KernelEntry<StridedCopyArguments>.Of<StridedCopy>(context.Width);
        _cell = node.Cell switch
        {
            RecurrentCell.Lstm => KernelEntry<CellArguments>.Of<LstmGates>(context.Width),
            RecurrentCell.Gru => KernelEntry<CellArguments>.Of<GruForward>(context.Width),
            _ => KernelEntry<CellArguments>.Of<TanhForward>(context.Width),
        };
        _show = KernelEntry<CellArguments>.Of<LstmOutput>(context.Width);
        _scratchRows = context.Capacity;
        if (node.Extras.Norm is not { } norm) return;
        if (norm.IsLayer)
        {
            _hiddenLayer = new LayerScanNorm(norm.Options.Epsilon, node.Columns, norm.HiddenGamma, null, node.HiddenTransform!, context);
            if (norm.CellGamma is { } gamma) _cellLayer = new LayerScanNorm(norm.Options.Epsilon, node.Units, gamma, norm.CellBeta, node.CellTransform!, context);
        }
        else
        {
            _hiddenBatch = new BatchScanNorm($"{node.Name}.recurrent", norm, node.Steps, node.Columns, norm.Hidden!, norm.HiddenGamma, null, node.HiddenTransform!, node.HiddenCandidate!, context);
            if (norm.CellGamma is { } gamma) _cellBatch = new BatchScanNorm($"{node.Name}.cell", norm, node.Steps, node.Units, norm.Cell!, gamma, norm.CellBeta, node.CellTransform!, node.CellCandidate!, context);
        }
    }

    /// <inheritdoc/>
    public bool IsFinite => _nonFinite == 0;

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override int Phases => _hiddenLayer is null ? _node.Steps : 2 * _node.Steps;

    /// <inheritdoc/>
    public override long ScratchFloats => Math.Max(_scratchRows * (Blocks.BlockColumns + (5 * Blocks.BlockUnits)), _node.Columns + (5L * _node.Units));

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads =>
        ((PlanBuffer?[])[_projected, _weight, _bias, _initialHidden, _initialCell, .. _hiddenBatch?.Reads ?? [], .. _cellBatch?.Reads ?? [], .. _hiddenLayer?.Reads ?? [], .. _cellLayer?.Reads ?? []])
        .OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes =>
        ((PlanBuffer?[])[_output, _cells, _packed, _exchange, _lastHidden, _lastCell, _gates, _previous, _raw, .. _hiddenBatch?.Writes ?? [], .. _cellBatch?.Writes ?? [], _hiddenLayer?.Statistics, _cellLayer?.Statistics])
        .OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    private RecurrentBlocks Blocks => _product.Blocks;

    private bool IsLstm => _node.Cell == RecurrentCell.Lstm;

    /// <summary>The first step that has a previous state.</summary>
    private int FirstStep => _initialHidden is null ? 1 : 0;

    /// <summary>Adds the step.</summary>
    public static void Lower(RecurrentNode node, LoweringContext context) => context.Add(new RecurrentStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _hiddenLayer is null || phase % 2 == 0 ? Blocks.Pieces : SampleCut.Pieces(count);

    /// <inheritdoc/>
    public override void Begin(Frame frame) => _nonFinite = 0;

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var step = _hiddenLayer is null ? phase : phase / 2;
        if (_hiddenLayer is not null && phase % 2 != 0)
        {
            var (firstSample, endSample) = SampleCut.Piece(part.Piece, frame.Count);
            for (var sample = firstSample; sample < endSample; sample++) RunSample(frame, step, sample);
            return;
        }

        var (first, end) = Blocks.Piece(part.Piece);
        for (var block = first; block < end; block++)
        {
            if (phase == 0) _product.Pack(frame.Floats(_weight), frame.FloatsOrNull(_bias), frame.Floats(_packed), block);
            RunBlock(frame, step, block);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_projected == buffer) _projected = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"{_node.Cell.ToString().ToLowerInvariant()} over {_node.Steps} steps, {_node.Units} units, {Blocks.Pieces} pieces{_node.Extras.Norm switch { null => "", { IsLayer: true } => ", layer normalisation", _ => ", batch normalisation" }}";

    private void RunBlock(Frame frame, int step, int block)
    {
        var (unit, units) = Blocks.Block(block);
        var product = frame.Scratch;
        _product.Multiply(Previous(frame, step), _node.Units, frame.Count, frame.Floats(_packed), block, product);
        var recurrent = new Strip(product, Blocks.BlockColumns, Blocks.BlockUnits);
        if (_raw is not null) Normalize(frame, step, unit, units, recurrent);
        if (_hiddenLayer is not null) return;

        var free = product + (_scratchRows * Blocks.BlockColumns);
        var arguments = Arguments(frame, step, 0, frame.Count, unit, units, recurrent, new Strip(free, 4 * Blocks.BlockUnits, Blocks.BlockUnits));
        _cell.Run(ref arguments);
        if (_cellBatch is not null)
        {
            arguments.CellSeen = new Strip(free + (4 * _scratchRows * Blocks.BlockUnits), Blocks.BlockUnits);
            Count(_cellBatch.Run(frame, step, unit, units, arguments.Cell, arguments.CellSeen));
            if (step == _node.Steps - 1) _cellBatch.Finish(frame, 0, unit, units);
        }

        if (IsLstm) _show.Run(ref arguments);
        Complete(frame, step, arguments);
    }

    /// <summary>Keeps the product for the backward pass, and normalises it by the samples where that is asked for; a first step without a previous state has nothing to normalise.</summary>
    private void Normalize(Frame frame, int step, int unit, int units, Strip recurrent)
    {
        var raw = Rows(frame, _raw!, _node.Columns, step, 0, unit);
        for (var gate = 0; gate < _node.Gates; gate++)
        {
            float* source = recurrent.First + (gate * recurrent.Gate), kept = raw.First + (gate * _node.Units);
            Copy(source, recurrent.Row, kept, raw.Row, frame.Count, units);
            if (_hiddenBatch is null) continue;
            var channel = (gate * _node.Units) + unit;
            if (step >= FirstStep) Count(_hiddenBatch.Run(frame, step, channel, units, new Strip(source, recurrent.Row), new Strip(source, recurrent.Row)));
            if (step == _node.Steps - 1) _hiddenBatch.Finish(frame, FirstStep, channel, units);
        }
    }

    private void RunSample(Frame frame, int step, int sample)
    {
        var row = ((nint)sample * _node.Steps) + step;
        var normalized = frame.Scratch;
        if (step >= FirstStep) _hiddenLayer!.Run(frame, row, frame.Floats(_raw!) + (row * _node.Columns), normalized);
        else new Span<float>(normalized, _node.Columns).Clear();
        var free = normalized + _node.Columns;
        var arguments = Arguments(frame, step, sample, 1, 0, _node.Units, new Strip(normalized, 0, _node.Units), new Strip(free, 0, _node.Units));
        _cell.Run(ref arguments);
        if (_cellLayer is not null)
        {
            arguments.CellSeen = new Strip(free + (4 * _node.Units), 0);
            _cellLayer.Run(frame, row, arguments.Cell.First, arguments.CellSeen.First);
        }

        if (IsLstm) _show.Run(ref arguments);
        Complete(frame, step, arguments);
    }

    private CellArguments Arguments(Frame frame, int step, int sample, int samples, int unit, int units, Strip recurrent, Strip spareGates)
    {
        var cell = Rows(frame, _cells, _node.Units, step, sample, unit);
        return new CellArguments
        {
            Recurrent = recurrent,
            Projected = Rows(frame, _projected, _node.Columns, step, sample, unit),
            Gates = _gates is null ? spareGates : Rows(frame, _gates, (int)(_gates.FloatsPerSample / _node.Steps), step, sample, unit),
            Cell = cell,
            CellSeen = cell,
            PreviousCell = step > 0 ? new Strip(cell.First - _node.Units, cell.Row) : Initial(frame, _initialCell, sample, unit),
            PreviousHidden = step > 0 ? new Strip(State(frame, step - 1) + (sample * _node.Units) + unit, _node.Units) : Initial(frame, _initialHidden, sample, unit),
            Hidden = Rows(frame, _output, _node.Units, step, sample, unit),
            HiddenNext = step < _node.Steps - 1 ? new Strip(State(frame, step) + (sample * _node.Units) + unit, _node.Units) : Initial(frame, _lastHidden, sample, unit),
            HiddenSaved = _previous is null || step == _node.Steps - 1 ? default : Rows(frame, _previous, _node.Units, step + 1, sample, unit),
            Rows = samples,
            Units = units,
        };
    }

    /// <summary>What stands at the ends: the state before the first step for the backward pass, and c of the last one.</summary>
    private void Complete(Frame frame, int step, in CellArguments arguments)
    {
        if (step == 0 && _previous is not null)
        {
            var first = new Strip(arguments.HiddenSaved.First == null ? frame.Floats(_previous) + (arguments.Hidden.First - frame.Floats(_output)) : arguments.HiddenSaved.First - _node.Units, arguments.Hidden.Row);
            if (arguments.PreviousHidden.First != null) Copy(arguments.PreviousHidden.First, arguments.PreviousHidden.Row, first.First, first.Row, arguments.Rows, arguments.Units);
            else for (var row = 0; row < arguments.Rows; row++) new Span<float>(first.First + (row * first.Row), arguments.Units).Clear();
        }

        if (step < _node.Steps - 1 || _lastCell is null || !IsLstm) return;
        var at = arguments.Cell.First - frame.Floats(_cells);
        var (sample, unit) = (at / arguments.Cell.Row, at % _node.Units);
        Copy(arguments.Cell.First, arguments.Cell.Row, frame.Floats(_lastCell) + (sample * _node.Units) + unit, _node.Units, arguments.Rows, arguments.Units);
    }

    private float* Previous(Frame frame, int step) => step > 0 ? State(frame, step - 1) : frame.FloatsOrNull(_initialHidden);

    private float* State(Frame frame, int step) => frame.Floats(_exchange) + ((nint)(step & 1) * frame.Count * _node.Units);

    private Strip Initial(Frame frame, PlanBuffer? buffer, int sample, int unit) => buffer is null ? default : new(frame.Floats(buffer) + ((nint)sample * _node.Units) + unit, _node.Units);

    private Strip Rows(Frame frame, PlanBuffer buffer, int channels, int step, int sample, int unit) =>
        new(frame.Floats(buffer) + ((((nint)sample * _node.Steps) + step) * channels) + unit, (nint)_node.Steps * channels, _node.Units);

    private void Copy(float* source, nint sourceStride, float* destination, nint destinationStride, int rows, int columns)
    {
        var arguments = new StridedCopyArguments { Source = source, SourceStride = sourceStride, Destination = destination, DestinationStride = destinationStride, Rows = rows, Columns = columns };
        _copy.Run(ref arguments);
    }

    private void Count(int bad)
    {
        if (bad > 0) Interlocked.Add(ref _nonFinite, bad);
    }
}
