namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>What the tiles of two rows of pixels share. Run n is the row of the input that row n of the filter meets in the first row of pixels; steps are in floats.</summary>
internal struct RowPairFrame
{
    /// <summary>The first run that lies in the input.</summary>
    public int FirstRun;

    /// <summary>The run after the last one, at most <see cref="TapRows"/> + 1.</summary>
    public int EndRun;

    /// <summary>Rows of the filter.</summary>
    public int TapRows;

    /// <summary>Steps of a run.</summary>
    public nint Depth;

    /// <summary>From what a pixel reads to what the next one reads.</summary>
    public nint PixelStep;

    /// <summary>From a written pixel to the next one.</summary>
    public nint WrittenStep;

    /// <summary>From the first written row to the second.</summary>
    public nint WrittenRowStep;

    /// <summary>The lanes of the vector that exist, for partial tiles.</summary>
    public int Lanes;
}
