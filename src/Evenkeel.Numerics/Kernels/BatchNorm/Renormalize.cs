using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="Renormalize"/>.</summary>
public unsafe struct RenormalizeArguments
{
    /// <summary>The merged <see cref="MomentSlot"/>.</summary>
    public double* Slot;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>The first channel to finalise.</summary>
    public int FirstChannel;

    /// <summary>One past the last channel to finalise.</summary>
    public int EndChannel;

    /// <summary>The stored average of means [Channels], not yet divided by the weight.</summary>
    public double* RunningMean;

    /// <summary>The stored average of variances [Channels], not yet divided by the weight.</summary>
    public double* RunningVariance;

    /// <summary>The weight that both averages have gathered: one value in [0, 1]; 0 leaves r = 1 and d = 0.</summary>
    public double* Weight;

    /// <summary>What is added to both variances.</summary>
    public double Epsilon;

    /// <summary>r stays within [1/this, this]; at least 1.</summary>
    public double MaximumRatio;

    /// <summary>d stays within [-this, this]; at least 0.</summary>
    public double MaximumOffset;

    /// <summary>Written: r [Channels].</summary>
    public float* Ratio;

    /// <summary>Written: d [Channels].</summary>
    public float* Offset;
}

/// <summary>What Batch Renormalization puts between the batch's statistics and the running ones: <c>r = clip(sigma_B / sigma)</c>, <c>d = clip((mean_B - mean) / sigma)</c>, both constants of the step.</summary>
/// <remarks>
/// Ioffe, arXiv 1702.03275, Algorithm 1: <c>xhat = (x - mean_B) / sigma_B r + d</c>, so that unclipped <c>xhat = (x - mean) / sigma</c>. Deviations include epsilon. In double, each result rounded once.
/// NaN in a batch's moments reaches r and d.
/// </remarks>
public readonly unsafe struct Renormalize : IKernel<RenormalizeArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref RenormalizeArguments arguments)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        var weight = *arguments.Weight;
        for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
        {
            double ratio = 1, offset = 0;
            if (weight > 0)
            {
                var mean = arguments.Slot[channels + channel];
                var variance = arguments.Slot[(2 * (nint)channels) + channel] / arguments.Slot[channel];
                var deviation = Math.Sqrt((arguments.RunningVariance[channel] / weight) + arguments.Epsilon);
                ratio = Math.Clamp(Math.Sqrt(variance + arguments.Epsilon) / deviation, 1 / arguments.MaximumRatio, arguments.MaximumRatio);
                offset = Math.Clamp((mean - (arguments.RunningMean[channel] / weight)) / deviation, -arguments.MaximumOffset, arguments.MaximumOffset);
            }

            arguments.Ratio[channel] = (float)ratio;
            arguments.Offset[channel] = (float)offset;
        }
    }
}
