using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="FinalizeRunningStatistics"/>.</summary>
public unsafe struct FinalizeRunningStatisticsArguments
{
    /// <summary>The running statistics.</summary>
    public RunningMoments Running;

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

/// <summary>The coefficients of the normalising sweep from running statistics: the stored averages over their weight.</summary>
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
        for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
        {
            var (mean, variance) = arguments.Running[channel];
            var gamma = arguments.Gamma == null ? 1 : arguments.Gamma[channel];
            var beta = arguments.Beta == null ? 0 : arguments.Beta[channel];
            arguments.Coefficients.Set(channel, mean, variance, arguments.Epsilon, gamma, beta);
        }
    }
}
