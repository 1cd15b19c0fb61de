using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="MergeStatistics"/>.</summary>
public unsafe struct MergeStatisticsArguments
{
    /// <summary>The <see cref="MomentSlot"/> that gathers the others.</summary>
    public double* Slot;

    /// <summary>The first of <see cref="Pieces"/> consecutive <see cref="MomentSlot"/>s that are merged into <see cref="Slot"/>.</summary>
    public double* Others;

    /// <summary>The number of the others, 0 or more.</summary>
    public int Pieces;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>The first channel to merge.</summary>
    public int FirstChannel;

    /// <summary>One past the last channel to merge.</summary>
    public int EndChannel;
}

/// <summary>Merges the moments of pieces in piece order, in double: <c>delta = mean_b - mean_a</c>, <c>mean += delta n_b/n</c>, <c>M2 += M2_b + delta^2 n_a n_b/n</c>.</summary>
/// <remarks>
/// <para>T. F. Chan, G. H. Golub, R. J. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979. The
/// result depends on the pieces and their order alone, not on who computed them; empty pieces leave no trace.</para>
/// <para>Traffic: reads 24 bytes per channel and piece. NaN in any piece reaches the result. Scalar at every width.</para>
/// </remarks>
public readonly unsafe struct MergeStatistics : IKernel<MergeStatisticsArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref MergeStatisticsArguments arguments)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        var counts = arguments.Slot;
        var means = counts + channels;
        var deviations = means + channels;
        for (var piece = 0; piece < arguments.Pieces; piece++)
        {
            var otherCounts = arguments.Others + (piece * MomentSlot.Doubles(channels));
            var otherMeans = otherCounts + channels;
            var otherDeviations = otherMeans + channels;

            // All channels of a piece count the same rows as a rule: divide once.
            double knownA = double.NaN, knownB = double.NaN, share = 0;
            for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
            {
                var a = counts[channel];
                var b = otherCounts[channel];
                if (b == 0) continue;
                if (a != knownA || b != knownB)
                {
                    knownA = a;
                    knownB = b;
                    share = b / (a + b);
                }

                var delta = otherMeans[channel] - means[channel];
                counts[channel] = a + b;
                means[channel] += delta * share;
                deviations[channel] += otherDeviations[channel] + (delta * delta * a * share);
            }
        }
    }
}
