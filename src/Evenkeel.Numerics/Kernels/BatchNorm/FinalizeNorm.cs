using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>What centred values are divided by.</summary>
public enum DivisorKind
{
    /// <summary>The standard deviation: batch normalisation itself.</summary>
    StandardDeviation,

    /// <summary><c>(1/n) sum |x|</c>: the average l1 norm.</summary>
    MeanAbsolute,

    /// <summary><c>sqrt((1/n) sum x^2)</c>: the average l2 norm, about zero.</summary>
    RootMeanSquare,

    /// <summary><c>max |x|</c>: the l-infinity norm.</summary>
    LargestAbsolute,
}

/// <summary>Arguments of <see cref="FinalizeNorm"/>.</summary>
public unsafe struct FinalizeNormArguments
{
    /// <summary>Which norm divides; not the standard deviation.</summary>
    public DivisorKind Kind;

    /// <summary>The merged <see cref="MomentSlot"/>.</summary>
    public double* Slot;

    /// <summary>The first of <see cref="Pieces"/> consecutive <see cref="AbsoluteSlot"/>s; unread for the root mean square.</summary>
    public double* Magnitudes;

    /// <summary>The number of those slots.</summary>
    public int Pieces;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>The first channel to finalise.</summary>
    public int FirstChannel;

    /// <summary>One past the last channel to finalise.</summary>
    public int EndChannel;

    /// <summary>Written: the square v of the norm [Channels], which takes the variance's place.</summary>
    public double* Square;

    /// <summary>Written: <c>g</c> [Channels] with <c>dv/dx = 2 g sign(x)</c> where |x| reaches the threshold; null for the root mean square.</summary>
    public float* Slope;

    /// <summary>Written: the threshold [Channels], 0 or the maximum; null for the root mean square.</summary>
    public float* Threshold;
}

/// <summary>The square of a norm per channel, taken before the mean is subtracted, and what its derivative needs.</summary>
/// <remarks>
/// Santurkar, Tsipras, Ilyas and Madry, arXiv 1805.11604, section 3.3: <c>xhat = (x - mean) / norm</c>. With v the square of the norm: l1 <c>dv/dx = 2 (norm/n) sign(x)</c>; l2 <c>v = M2/n + mean^2</c>, <c>dv/dx = 2x/n</c>;
/// l-infinity <c>dv/dx = 2 (norm/ties) sign(x)</c> at the places that reach the maximum, which share it. In double, pieces in order.
/// </remarks>
public readonly unsafe struct FinalizeNorm : IKernel<FinalizeNormArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref FinalizeNormArguments arguments)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
        {
            var n = arguments.Slot[channel];
            var mean = arguments.Slot[channels + channel];
            if (arguments.Kind == DivisorKind.RootMeanSquare)
            {
                arguments.Square[channel] = (arguments.Slot[(2 * (nint)channels) + channel] / n) + (mean * mean);
                continue;
            }

            var largest = arguments.Kind == DivisorKind.LargestAbsolute;
            double value = 0, ties = 0;
            var slot = arguments.Magnitudes + channel;
            for (var piece = 0; piece < arguments.Pieces; piece++, slot += AbsoluteSlot.Doubles(channels))
            {
                if (largest) AbsoluteMaximum.Join(ref value, ref ties, slot[0], slot[channels]);
                else value += slot[0];
            }

            var norm = largest ? value : value / n;
            arguments.Square[channel] = norm * norm;
            arguments.Slope[channel] = (float)(norm / (largest ? ties : n));
            arguments.Threshold[channel] = largest ? (float)norm : 0;
        }
    }
}
