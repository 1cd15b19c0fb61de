using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>Steps between two joins: chains of aligned steps that run piece by piece, side by side with other chains.</summary>
/// <remarks>A chain that is cut by samples takes a piece block by block: every step of the chain meets a block while it is in the caches.</remarks>
public sealed class Region : PieceJob
{
    private readonly List<List<Step>> _chains = [];
    private Step[][] _steps = [];
    private int[] _blockSamples = [];
    private int[] _firstPiece = [];
    private Frame[] _frames = [];
    private int _phase;
    private PieceJob? _alongside;
    private int _ownPieces;

    /// <summary>The chains; the steps of one share their grid.</summary>
    public IReadOnlyList<IReadOnlyList<Step>> Chains => _chains;

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

    internal void Append(int chain, Step step) => _chains[chain].Add(step);

    /// <summary>Samples that a chain takes at a time; 0 for a chain that is not cut by samples.</summary>
    internal static int BlockSamples(IReadOnlyList<Step> chain) => chain[0].Grid.Kind != GridKind.Samples
        ? 0
        : SampleCut.BlockSamples(chain.SelectMany(static step => step.Reads.Concat(step.Writes)).Max(static access => access.Buffer.FloatsPerSample));

    internal void Seal()
    {
        foreach (var step in Steps) step.Bind();
        _steps = [.. _chains.Select(static chain => chain.ToArray())];
        _blockSamples = [.. _chains.Select(BlockSamples)];
        _firstPiece = new int[_steps.Length + 1];
    }

    /// <summary>Runs the region, and pieces of another job beside its first phase.</summary>
    internal void Execute(Frame[] frames, WorkTeam team, PieceJob? alongside = null, int alongsidePieces = 0)
    {
        _frames = frames;
        var frame = frames[0];
        foreach (var chain in _steps)
        {
            foreach (var step in chain) step.Begin(frame);
        }

        var phases = _steps[0][0].Phases;
        for (_phase = 0; _phase < phases; _phase++)
        {
            for (var i = 0; i < _steps.Length; i++) _firstPiece[i + 1] = _firstPiece[i] + _steps[i][0].Pieces(_phase, frame.Count);
            _ownPieces = _firstPiece[_steps.Length];
            _alongside = _phase == 0 ? alongside : null;
            team.Run(this, _ownPieces + (_alongside is null ? 0 : alongsidePieces));
        }

        _alongside = null;
    }

    /// <inheritdoc/>
    public override void Run(int piece, int worker)
    {
        if (piece >= _ownPieces)
        {
            _alongside!.Run(piece - _ownPieces, worker);
            return;
        }

        var chain = 0;
        while (piece >= _firstPiece[chain + 1]) chain++;
        piece -= _firstPiece[chain];
        var frame = _frames[worker];
        if (_blockSamples[chain] > 0)
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
        for (var sample = first; sample < end; sample += _blockSamples[chain])
        {
            frame.FirstSample = sample;
            var part = new Part(piece, sample, Math.Min(end, sample + _blockSamples[chain]), sample == first);
            foreach (var step in _steps[chain]) step.Run(frame, _phase, in part);
        }
    }
}
