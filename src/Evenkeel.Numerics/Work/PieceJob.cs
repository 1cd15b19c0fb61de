namespace Evenkeel.Numerics.Work;

/// <summary>A region of work that is split into numbered pieces. The pieces are a function of shapes alone; which thread runs a piece is free.</summary>
public abstract class PieceJob
{
    /// <summary>Runs one piece.</summary>
    /// <param name="piece">The piece's number, 0 to pieces - 1; each is run exactly once.</param>
    /// <param name="worker">The running thread's number inside the team, 0 to threads - 1: it picks scratch memory and nothing else.</param>
    public abstract void Run(int piece, int worker);
}
