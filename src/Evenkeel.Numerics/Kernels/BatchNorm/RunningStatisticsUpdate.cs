using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="RunningStatisticsUpdate"/>.</summary>
public unsafe struct RunningStatisticsUpdateArguments
{
    /// <summary>The stored average of means [Channels], read and written.</summary>
    public double* RunningMean;

    /// <summary>The stored average of variances [Channels], read and written.</summary>
    public double* RunningVariance;

    /// <summary>The weight that both averages have gathered: one value in [0, 1], read and written.</summary>
    public double* Weight;

    /// <summary>The candidate mean of the step [Channels].</summary>
    public double* CandidateMean;

    /// <summary>The candidate variance of the step [Channels].</summary>
    public double* CandidateVariance;

    /// <summary>The number of channels.</summary>
    public int Channels;

    /// <summary>The share of the new value, in (0, 1]; see <see cref="RunningStatisticsUpdate.CumulativeRate"/>.</summary>
    public double Rate;
}

/// <summary>Commits a step's candidates into the running statistics: <c>raw += rate (batch - raw)</c>, <c>weight += rate (1 - weight)</c>.</summary>
/// <remarks>
/// <para>State is double: at mean 1e4 and deviation 1e-2 a float mean would be a tenth of a deviation off. With raw and weight starting at 0,
/// <c>raw / weight</c> is the bias-corrected average, right from the first step; without correction raw starts at (0, 1) and weight at 1,
/// where it stays, and the update is PyTorch's. Import sets the weight to 1.</para>
/// <para>Candidates that are not finite never get here: the step is refused before it commits. Traffic: 48 bytes per channel.</para>
/// </remarks>
public readonly unsafe struct RunningStatisticsUpdate : IKernel<RunningStatisticsUpdateArguments>
{
    /// <summary>The rate that makes the average cumulative, all steps counting the same: <c>1 / (count + 1)</c>.</summary>
    /// <param name="count">How many updates came before.</param>
    public static double CumulativeRate(long count) => 1.0 / (count + 1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref RunningStatisticsUpdateArguments arguments)
        where P : struct, IPack<P>
    {
        var rate = arguments.Rate;
        for (var channel = 0; channel < arguments.Channels; channel++)
        {
            arguments.RunningMean[channel] += rate * (arguments.CandidateMean[channel] - arguments.RunningMean[channel]);
            arguments.RunningVariance[channel] += rate * (arguments.CandidateVariance[channel] - arguments.RunningVariance[channel]);
        }

        *arguments.Weight += rate * (1 - *arguments.Weight);
    }
}
