namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>What the tiles of the filter gradient of a depthwise convolution share. Steps are in floats.</summary>
internal struct DepthwiseGradientFrame
{
    /// <summary>Rows of dy.</summary>
    public int Rows;

    /// <summary>Pixels of a row of dy.</summary>
    public int Pixels;

    /// <summary>From what a pixel multiplies in x to what the next one does.</summary>
    public nint PixelStep;

    /// <summary>From what a row multiplies in x to what the next one does.</summary>
    public nint RowStep;

    /// <summary>From a pixel of dy to the next one.</summary>
    public nint GradientStep;

    /// <summary>From a row of dy to the next one.</summary>
    public nint GradientRowStep;

    /// <summary>From what a row of taps multiplies in x to what the next one does.</summary>
    public nint TapRowStep;

    /// <summary>From what a tap multiplies in x to what the next one of its row does.</summary>
    public nint TapColumnStep;

    /// <summary>From a row of taps to the next one in dw.</summary>
    public nint FilterRowStep;

    /// <summary>From a tap to the next one in dw.</summary>
    public nint FilterColumnStep;

    /// <summary>The lanes of the vector that exist, for partial tiles.</summary>
    public int Lanes;

    /// <summary>Whether the sums are added to dw.</summary>
    public bool Accumulate;
}
