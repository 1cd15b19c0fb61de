using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="FinalizeRunningStatistics"/>.</summary>
public unsafe struct FinalizeRunningStatisticsArguments
{
    /// <summary>The stored average of means [Channels], not yet divided by the weight.</summary>
    public double* RunningMean;

    /// <summary>The stored average of variances [Channels], not yet divided by the weight.</summary>
    public double* RunningVariance;

    /// <summary>The weight that both averages have gathered: one value in [0, 1].</summary>
    public double* Weight;

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

    /// <summary>Written: what the sweeps read.</summary>
    public NormalizationCoefficients Coefficients;
}

/// <summary>The coefficients of the normalising sweep from running statistics: <c>mean = RunningMean / Weight</c>, <c>variance = RunningVariance / Weight</c>.</summary>
/// <remarks>
/// Algorithm 2, line 11 of arXiv 1502.03167: <c>y = gamma / sqrt(Var + epsilon) x + (beta - gamma E / sqrt(Var + epsilon))</c>, in the
/// centred form. Statistics that were never updated (weight 0) count as mean 0 and variance 1. NaN passes.
/// </remarks>
public readonly unsafe struct FinalizeRunningStatistics : IKernel<FinalizeRunningStatisticsArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref FinalizeRunningStatisticsArguments arguments)
        where P : struct, IPack<P>
    {
        var weight = *arguments.Weight;
        for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
        {
            var mean = weight == 0 ? 0 : arguments.RunningMean[channel] / weight;
            var variance = weight == 0 ? 1 : arguments.RunningVariance[channel] / weight;
            var gamma = arguments.Gamma == null ? 1 : arguments.Gamma[channel];
            var beta = arguments.Beta == null ? 0 : arguments.Beta[channel];
            arguments.Coefficients.Set(channel, mean, variance, arguments.Epsilon, gamma, beta);
        }
    }
}
