namespace Evenkeel.Engine.Execution;

/// <summary>What a step is asked to run: a piece, or one block of samples of a piece.</summary>
/// <param name="Piece">The piece's number.</param>
/// <param name="FirstSample">The first sample, where the grid is cut by samples; else 0.</param>
/// <param name="EndSample">The sample after the last one; else the count.</param>
/// <param name="OpensPiece">Whether it is the piece's first block: sums of a piece start here.</param>
/// <param name="FirstRow">The first image row, where a block is a part of one sample; else 0.</param>
/// <param name="EndRow">The image row after the last one; 0 where samples are whole.</param>
public readonly record struct Part(int Piece, int FirstSample, int EndSample, bool OpensPiece, int FirstRow = 0, int EndRow = 0)
{
    /// <summary>Whether the block is a part of one sample.</summary>
    public bool IsByRows => EndRow > 0;
}
