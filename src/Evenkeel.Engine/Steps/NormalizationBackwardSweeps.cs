using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>The two sweeps of the adjoint of a step that normalises one window after the other.</summary>
/// <param name="width">Bits of a vector.</param>
internal sealed unsafe class NormalizationBackwardSweeps(int width)
{
    private readonly KernelEntry<BackwardReduceArguments> _reduce = KernelEntry<BackwardReduceArguments>.Of<BackwardReduce<Identity>>(width);
    private readonly KernelEntry<BackwardApplyArguments> _apply = KernelEntry<BackwardApplyArguments>.Of<BackwardApply<Identity>>(width);

    /// <summary>Sums the cotangent, and the cotangent times the normalised input, over a window's rows.</summary>
    /// <param name="x">The input's first row and channel.</param>
    /// <param name="row">Floats from row to row.</param>
    /// <param name="dy">Likewise of the cotangent.</param>
    /// <param name="cotangentRow">Floats from row to row.</param>
    /// <param name="window">The rows and channels.</param>
    /// <param name="channels">The length of a slot's plane.</param>
    /// <param name="coefficients">What the forward pass applied.</param>
    /// <param name="slot">A <see cref="GradientSlot"/>.</param>
    /// <param name="adds">Whether to add to what the slot holds.</param>
    public void Reduce(float* x, nint row, float* dy, nint cotangentRow, Window window, int channels, NormalizationCoefficients coefficients, double* slot, bool adds = false)
    {
        var arguments = new BackwardReduceArguments { Input = x, InputStride = row, OutputGradient = dy, OutputGradientStride = cotangentRow, Window = window, Channels = channels, Coefficients = coefficients, Slot = slot, Accumulate = adds };
        _reduce.Run(ref arguments);
    }

    /// <summary>Writes the cotangent of a window's input; it may lie where the output's lies.</summary>
    /// <param name="x">The input's first row and channel.</param>
    /// <param name="row">Floats from row to row.</param>
    /// <param name="dy">Likewise of the cotangent.</param>
    /// <param name="cotangentRow">Floats from row to row, of both cotangents.</param>
    /// <param name="dx">The input's cotangent.</param>
    /// <param name="window">The rows and channels.</param>
    /// <param name="coefficients">What the forward pass applied.</param>
    /// <param name="factors">Per channel what multiplies the input, then as many constants.</param>
    /// <param name="channels">From factors to constants.</param>
    public void Apply(float* x, nint row, float* dy, nint cotangentRow, float* dx, Window window, NormalizationCoefficients coefficients, float* factors, int channels)
    {
        var arguments = new BackwardApplyArguments
        {
            Input = x,
            InputStride = row,
            OutputGradient = dy,
            OutputGradientStride = cotangentRow,
            InputGradient = dx,
            InputGradientStride = cotangentRow,
            Window = window,
            Coefficients = coefficients,
            InputFactor = factors,
            Constant = factors + channels,
        };
        _apply.Run(ref arguments);
    }
}
