using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="FinalizeMixture"/>.</summary>
public unsafe struct FinalizeMixtureArguments
{
    /// <summary>The <see cref="MomentSlot"/> of one sample, over its positions.</summary>
    public double* Slot;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>The first channel to finalise.</summary>
    public int FirstChannel;

    /// <summary>One past the last channel to finalise.</summary>
    public int EndChannel;

    /// <summary>The running statistics.</summary>
    public RunningMoments Running;

    /// <summary>a, the sample's share of the mixture, in [0, 1].</summary>
    public double SampleWeight;

    /// <summary>gamma [Channels], or null for 1.</summary>
    public float* Gamma;

    /// <summary>beta [Channels], or null for 0.</summary>
    public float* Beta;

    /// <summary>What is added to the variance.</summary>
    public double Epsilon;

    /// <summary>Written: what the sweeps read.</summary>
    public NormalizationCoefficients Coefficients;
}

/// <summary>The coefficients of the normalising sweep from a mixture of a sample's statistics and the running ones: <c>mean = (1-a) mu_R + a mu_x</c>, <c>variance = (1-a) var_R + a var_x + a (1-a) (mu_x - mu_R)^2</c>.</summary>
/// <remarks>
/// <para>Evaluation of EvalNorm (Singh and Shrivastava, arXiv 1904.06031). Why a = 1/m for training batches of m samples: a batch that holds x has m - 1 others beside it, drawn from the population whose mean is mu_R and whose mean square is
/// q_R = var_R + mu_R^2. The batch's mean is the mean of the m samples' means, and likewise its mean square, so that given x they are expected at <c>mu_x/m + (1 - 1/m) mu_R</c> and <c>q_x/m + (1 - 1/m) q_R</c>: the moments of a mixture that holds the sample with weight 1/m.
/// The variance above is that mean square less the squared mean.</para>
/// <para>In double, each coefficient rounded once. Statistics that were never updated (weight 0) count as mean 0 and variance 1. NaN passes.</para>
/// </remarks>
public readonly unsafe struct FinalizeMixture : IKernel<FinalizeMixtureArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref FinalizeMixtureArguments arguments)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        var share = arguments.SampleWeight;
        for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
        {
            var (mean, variance) = arguments.Running[channel];
            var away = arguments.Slot[channels + channel] - mean;
            var own = arguments.Slot[(2 * (nint)channels) + channel] / arguments.Slot[channel];
            mean += share * away;
            variance += share * (own - variance + ((1 - share) * away * away));
            var gamma = arguments.Gamma == null ? 1 : arguments.Gamma[channel];
            var beta = arguments.Beta == null ? 0 : arguments.Beta[channel];
            arguments.Coefficients.Set(channel, mean, variance, arguments.Epsilon, gamma, beta);
        }
    }
}
