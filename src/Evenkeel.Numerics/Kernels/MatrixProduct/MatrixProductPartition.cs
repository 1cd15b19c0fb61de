namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>How a matrix product is split into pieces.</summary>
public enum MatrixProductPartition
{
    /// <summary>One phase; piece p owns its columns (<see cref="ColumnPieces"/>) for all rows, so that a column-wise stage can follow in the same piece.</summary>
    Columns,

    /// <summary>Any grid and any number of phases: the fastest for the product alone.</summary>
    Tiles,
}
