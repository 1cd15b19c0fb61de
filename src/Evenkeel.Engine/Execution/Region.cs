using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>Steps between two joins: chains of aligned steps that run piece by piece, side by side with other chains.</summary>
public sealed class Region : PieceJob
{
    private readonly List<List<Step>> _chains = [];
    private Step[][] _steps = [];
    private int[] _firstPiece = [];
    private Frame _frame = null!;
    private int _phase;
    private PieceJob? _alongside;
    private int _ownPieces;

    /// <summary>The chains; the steps of one share their grid.</summary>
    public IReadOnlyList<IReadOnlyList<Step>> Chains => _chains;

    /// <summary>Whether another chain may stand beside: a step with inner joins stands alone.</summary>
    public bool IsOpen => !_chains.Any(static chain => chain[0].Phases > 1);

    internal IEnumerable<Step> Steps => _chains.SelectMany(static chain => chain);

    internal void AddChain(Step step) => _chains.Add([step]);

    internal void Append(int chain, Step step) => _chains[chain].Add(step);

    internal void Seal()
    {
        foreach (var step in Steps) step.Bind();
        _steps = [.. _chains.Select(static chain => chain.ToArray())];
        _firstPiece = new int[_steps.Length + 1];
    }

    /// <summary>Runs the region, and pieces of another job beside its first phase.</summary>
    internal void Execute(Frame frame, WorkTeam team, PieceJob? alongside = null, int alongsidePieces = 0)
    {
        _frame = frame;
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
        foreach (var step in _steps[chain]) step.Run(_frame, _phase, piece, worker);
    }
}
