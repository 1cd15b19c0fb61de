namespace Evenkeel.Numerics.Kernels;

/// <summary>The part of a matrix [rows, columns] that one piece of work covers: rows [FirstRow, EndRow), columns [FirstColumn, EndColumn).</summary>
/// <remarks>
/// Channels last makes every tensor such a matrix: [N, F] is itself, [N, H, W, C] is [N*H*W, C]. A piece is a panel of columns (dense
/// nets: all rows, some channels, so that no sum crosses pieces) or a block of rows (convolutional nets: all channels).
/// </remarks>
/// <param name="FirstRow">The first row.</param>
/// <param name="EndRow">One past the last row.</param>
/// <param name="FirstColumn">The first column.</param>
/// <param name="EndColumn">One past the last column.</param>
public readonly record struct Window(int FirstRow, int EndRow, int FirstColumn, int EndColumn)
{
    /// <summary>The number of rows.</summary>
    public int Rows => EndRow - FirstRow;

    /// <summary>The number of columns.</summary>
    public int Columns => EndColumn - FirstColumn;
}
