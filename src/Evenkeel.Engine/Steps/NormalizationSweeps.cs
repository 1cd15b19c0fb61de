using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>The two sweeps of a step that gathers, finalises and normalises one window after the other, while it is in the caches.</summary>
/// <param name="width">Bits of a vector.</param>
internal sealed unsafe class NormalizationSweeps(int width)
{
    private readonly KernelEntry<BatchStatisticsArguments> _statistics = KernelEntry<BatchStatisticsArguments>.Of<BatchStatistics>(width);
    private readonly KernelEntry<NormalizeActivateArguments> _normalize = KernelEntry<NormalizeActivateArguments>.Of<NormalizeActivate<Identity>>(width);

    /// <summary>Writes the moments of a window's channels into a slot.</summary>
    /// <param name="x">The input's first row and channel.</param>
    /// <param name="row">Floats from row to row.</param>
    /// <param name="window">The rows and channels.</param>
    /// <param name="channels">The length of a slot's plane.</param>
    /// <param name="slot">A <see cref="MomentSlot"/>.</param>
    public void Gather(float* x, nint row, Window window, int channels, double* slot)
    {
        var arguments = new BatchStatisticsArguments { Input = x, InputStride = row, Window = window, Channels = channels, Slot = slot };
        _statistics.Run(ref arguments);
    }

    /// <summary>Normalises a window; output and input may be the same.</summary>
    /// <param name="x">The input's first row and channel.</param>
    /// <param name="row">Floats from row to row.</param>
    /// <param name="y">Likewise of the output.</param>
    /// <param name="outputRow">Floats from row to row.</param>
    /// <param name="window">The rows and channels.</param>
    /// <param name="coefficients">What to apply.</param>
    public void Apply(float* x, nint row, float* y, nint outputRow, Window window, NormalizationCoefficients coefficients)
    {
        var arguments = new NormalizeActivateArguments { Input = x, InputStride = row, Output = y, OutputStride = outputRow, Window = window, Coefficients = coefficients };
        _normalize.Run(ref arguments);
    }
}
