namespace Evenkeel.Engine.Execution;

/// <summary>The cut of a batch into ghost batches of at least a given size: as many as fit, as equal as can be, so that none is a small rest.</summary>
internal readonly record struct GhostCut(int Size)
{
    /// <summary>Ghost batches at a count.</summary>
    public int Pieces(int count) => Math.Max(1, count / Size);

    /// <summary>The samples of one.</summary>
    public (int First, int End) Piece(int piece, int count) => SampleCut.Piece(piece, Pieces(count), count);
}
