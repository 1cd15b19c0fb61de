namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The three products of a convolution.</summary>
public enum ConvolutionDirection
{
    /// <summary>y = x * w.</summary>
    Forward,

    /// <summary>dx from dy and w.</summary>
    InputGradient,

    /// <summary>dw from x and dy.</summary>
    FilterGradient,
}
