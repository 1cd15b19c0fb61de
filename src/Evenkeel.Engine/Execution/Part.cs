namespace Evenkeel.Engine.Execution;

/// <summary>What a step is asked to run: a piece, or one block of samples of a piece.</summary>
/// <param name="Piece">The piece's number.</param>
/// <param name="FirstSample">The first sample, where the grid is cut by samples; else 0.</param>
/// <param name="EndSample">The sample after the last one; else the count.</param>
/// <param name="OpensPiece">Whether it is the piece's first block: sums of a piece start here.</param>
public readonly record struct Part(int Piece, int FirstSample, int EndSample, bool OpensPiece);
