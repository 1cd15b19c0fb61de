namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>What the tiles of a row of a depthwise convolution share. Steps are in floats.</summary>
internal struct DepthwiseFrame
{
    /// <summary>From what a tap reads to what the next one of its row reads.</summary>
    public nint ColumnStep;

    /// <summary>From what a row of taps reads to what the next one reads.</summary>
    public nint RowStep;

    /// <summary>From a tap to the next one in the filter, which may lie before it.</summary>
    public nint FilterColumnStep;

    /// <summary>From a row of taps to the next one in the filter, which may lie before it.</summary>
    public nint FilterRowStep;

    /// <summary>From a written pixel to the next one.</summary>
    public nint WrittenStep;

    /// <summary>Rows of taps.</summary>
    public int TapRows;

    /// <summary>Columns on the left of what a tile reads that lie outside and count as zero; fewer than the taps of a row.</summary>
    public int MissingLeft;

    /// <summary>Columns on the right that lie outside, likewise.</summary>
    public int MissingRight;

    /// <summary>The lanes of the vector that exist, for partial tiles.</summary>
    public int Lanes;
}
