using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>Steps between two joins: chains of aligned steps that run piece by piece, side by side with other chains.</summary>
/// <remarks>
/// <para>A chain that is cut by samples takes a piece block by block: every step of the chain meets a block while it is in the caches.</para>
/// <para>Pieces of chains that stand side by side are numbered by their place inside their chain, first halves before second ones: a thread's share
/// then covers the same part of every chain, region after region, and what it made is still in its own caches.</para>
/// </remarks>
public sealed class Region : PieceJob
{
    private readonly List<List<Step>> _chains = [];
    private Step[][] _steps = [];
    private BlockCut[] _blocks = [];
    private (int Chain, int Piece)[] _order = [];
    private (int Phase, int Count, int Alongside) _orderedFor = (-1, -1, -1);
    private int _pieces;
    private Frame[] _frames = [];
    private int _phase;
    private PieceJob? _alongside;

    /// <summary>The chains; the steps of one share their grid.</summary>
    public IReadOnlyList<IReadOnlyList<Step>> Chains => _chains;

    /// <summary>Whether chains that look at single pixels may take large samples by image rows.</summary>
    internal bool CutsRows { get; init; }

    /// <summary>Whether another chain may stand beside: a step with inner joins stands alone.</summary>
    public bool IsOpen => !_chains.Any(static chain => chain[0].Phases > 1);

    internal IEnumerable<Step> Steps => _chains.SelectMany(static chain => chain);

    internal void AddChain(Step step) => _chains.Add([step]);

    /// <summary>Makes one chain of several aligned ones, since a step needs them all, and returns its number.</summary>
    internal int Unite(IReadOnlyList<int> chains)
    {
        var kept = chains[0];
        foreach (var chain in chains.Skip(1)) _chains[kept].AddRange(_chains[chain]);
        foreach (var chain in chains.Skip(1).Reverse()) _chains.RemoveAt(chain);

        return kept;
    }

    /// <summary>What a chain takes at a time.</summary>
    internal BlockCut BlockOf(IReadOnlyList<Step> chain) => BlockCut.Of(chain, CutsRows);

    internal void Append(int chain, Step step) => _chains[chain].Add(step);

    internal void Seal()
    {
        foreach (var step in Steps) step.Bind();
        _steps = [.. _chains.Select(static chain => chain.ToArray())];
        _blocks = [.. _chains.Select(BlockOf)];
    }

    /// <summary>Whether the region gives work to one thread alone at the given count.</summary>
    internal bool IsSerial(int count) => _steps.Length == 1 && _steps[0][0].Phases == 1 && _steps[0][0].Pieces(0, count) == 1;

    /// <summary>Runs the region, and pieces of another job beside its first phase.</summary>
    internal void Execute(Frame[] frames, WorkTeam team, PieceJob? alongside = null, int alongsidePieces = 0)
    {
        _frames = frames;
        var frame = frames[0];
        foreach (var chain in _steps)
        {
            foreach (var step in chain) step.Begin(frame);
        }

        _alongside = alongside;
        var phases = _steps[0][0].Phases;
        for (_phase = 0; _phase < phases; _phase++) team.Run(this, Order(frame.Count, _phase == 0 ? alongsidePieces : 0));
        _alongside = null;
    }

    /// <inheritdoc/>
    public override void Run(int piece, int worker)
    {
        (var chain, piece) = _order[piece];
        if (chain == _steps.Length)
        {
            _alongside!.Run(piece, worker);
            return;
        }

        var frame = _frames[worker];
        if (_blocks[chain].Samples > 0)
        {
            RunBlocks(frame, chain, piece);
            return;
        }

        var part = new Part(piece, 0, frame.Count, true);
        foreach (var step in _steps[chain]) step.Run(frame, _phase, in part);
    }

    private void RunBlocks(Frame frame, int chain, int piece)
    {
        var (first, end) = SampleCut.Piece(piece, frame.Count);
        var block = _blocks[chain];
        for (var sample = first; sample < end; sample += block.Samples)
        {
            frame.FirstSample = sample;
            for (var row = 0; row < block.Height; row += block.Rows)
            {
                frame.Rows = (row, block.Height);
                var part = new Part(piece, sample, Math.Min(end, sample + block.Samples), sample == first && row == 0);
                if (block.IsByRows) part = part with { FirstRow = row, EndRow = Math.Min(block.Height, row + block.Rows) };
                foreach (var step in _steps[chain]) step.Run(frame, _phase, in part);
            }
        }
    }

    /// <summary>Numbers the pieces of a phase and returns how many there are; nothing to do, and nothing allocated, while phase and counts stay the same.</summary>
    private int Order(int count, int alongsidePieces)
    {
        if (_orderedFor == (_phase, count, alongsidePieces)) return _pieces;
        _orderedFor = (_phase, count, alongsidePieces);
        var chains = _steps.Length + 1;
        Span<int> pieces = stackalloc int[chains];
        Span<int> next = stackalloc int[chains];
        next.Clear();
        _pieces = pieces[^1] = alongsidePieces;
        for (var i = 0; i < _steps.Length; i++) _pieces += pieces[i] = _steps[i][0].Pieces(_phase, count);
        if (_order.Length < _pieces) _order = new (int, int)[_pieces];
        for (var place = 0; place < _pieces; place++)
        {
            var first = -1;
            for (var i = 0; i < chains; i++)
            {
                // Piece p of n begins at p / n; of two at the same place the larger one comes first.
                if (next[i] == pieces[i]) continue;
                var order = first < 0 ? -1 : ((long)next[i] * pieces[first]) - ((long)next[first] * pieces[i]);
                if (order < 0 || (order == 0 && pieces[i] < pieces[first])) first = i;
            }

            _order[place] = (first, next[first]++);
        }

        return _pieces;
    }
}
