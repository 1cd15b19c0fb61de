using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="FinalizeStatistics"/>.</summary>
public unsafe struct FinalizeStatisticsArguments
{
    /// <summary>The merged <see cref="MomentSlot"/>.</summary>
    public double* Slot;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>The first channel to finalise.</summary>
    public int FirstChannel;

    /// <summary>One past the last channel to finalise.</summary>
    public int EndChannel;

    /// <summary>gamma [Channels], or null for 1.</summary>
    public float* Gamma;

    /// <summary>beta [Channels], or null for 0.</summary>
    public float* Beta;

    /// <summary>What is added to the variance.</summary>
    public double Epsilon;

    /// <summary>Which variance is left as candidate; normalisation itself always uses the population's.</summary>
    public VarianceKind CandidateKind;

    /// <summary>What takes the variance's place [Channels], for example the square of another norm, both in the coefficients and as candidate; null for the variance itself.</summary>
    public double* Square;

    /// <summary>r [Channels] in <c>y = gamma (xhat r + d) + beta</c> (Batch Renormalization), or null for 1.</summary>
    public float* Ratio;

    /// <summary>d [Channels], or null for 0.</summary>
    public float* Offset;

    /// <summary>Written: what the sweeps read.</summary>
    public NormalizationCoefficients Coefficients;

    /// <summary>Written: the batch mean [Channels], a candidate in a shadow slot; null where running statistics are not updated.</summary>
    public double* CandidateMean;

    /// <summary>Written: the batch variance [Channels] of <see cref="CandidateKind"/>; null where running statistics are not updated.</summary>
    public double* CandidateVariance;

    /// <summary>Written: how many channels have a mean or variance that is not finite.</summary>
    public int NonFiniteChannels;
}

/// <summary>Turns merged moments into the coefficients of the normalising sweep and into candidates for the running statistics.</summary>
/// <remarks>
/// <para>Batch normalisation, Algorithm 1, lines 2 to 4 (arXiv 1502.03167): <c>variance = M2/n</c>, <c>a = gamma / sqrt(variance + epsilon)</c>,
/// <c>y = (x - m) a + b</c> with <c>m = (float)mean</c>, <c>b = beta + (m - mean) a</c>. All in double, each coefficient rounded once.</para>
/// <para>The candidate variance is <c>M2/n</c> or, as in Algorithm 2, <c>M2/(n-1)</c>. Nothing here touches the running statistics:
/// candidates are committed with the step, by <see cref="RunningStatisticsUpdate"/>.</para>
/// <para>NaN and infinity are counted, not hidden; n = 0 gives NaN.</para>
/// </remarks>
public readonly unsafe struct FinalizeStatistics : IKernel<FinalizeStatisticsArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref FinalizeStatisticsArguments arguments)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        var bad = 0;
        for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
        {
            var n = arguments.Slot[channel];
            var mean = n > 0 ? arguments.Slot[channels + channel] : double.NaN;
            var deviations = arguments.Slot[(2 * (nint)channels) + channel];
            var variance = arguments.Square == null ? deviations / n : arguments.Square[channel];
            if (!double.IsFinite(mean) || !double.IsFinite(variance)) bad++;

            double gamma = arguments.Gamma == null ? 1 : arguments.Gamma[channel];
            double beta = arguments.Beta == null ? 0 : arguments.Beta[channel];
            if (arguments.Offset != null) beta += gamma * arguments.Offset[channel];
            if (arguments.Ratio != null) gamma *= arguments.Ratio[channel];
            arguments.Coefficients.Set(channel, mean, variance, arguments.Epsilon, gamma, beta);
            if (arguments.CandidateMean == null) continue;
            arguments.CandidateMean[channel] = mean;
            arguments.CandidateVariance[channel] = arguments.CandidateKind == VarianceKind.Sample && arguments.Square == null ? deviations / (n - 1) : variance;
        }

        arguments.NonFiniteChannels = bad;
    }
}
