using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>Arguments of <see cref="GroupFinalize"/>.</summary>
public unsafe struct GroupFinalizeArguments
{
    /// <summary>The sample's <see cref="MomentSlot"/>; every channel counts the same rows.</summary>
    public double* Slot;

    /// <summary>All channels.</summary>
    public int Channels;

    /// <summary>How many groups they form, neighbours together; a divisor of the channels.</summary>
    public int Groups;

    /// <summary>gamma [channels], or null for 1.</summary>
    public float* Gamma;

    /// <summary>beta [channels], or null for 0.</summary>
    public float* Beta;

    /// <summary>What is added to the variance.</summary>
    public double Epsilon;

    /// <summary>Written: what the sweeps read.</summary>
    public NormalizationCoefficients Coefficients;
}

/// <summary>Turns a sample's moments per channel into those of its groups, and into the coefficients of the normalising sweep.</summary>
/// <remarks>
/// Wu and He, arXiv 1803.08494, equation 7; one group is layer normalisation over the whole sample, as many groups as channels are instance normalisation (Ulyanov et al., arXiv 1607.08022).
/// <c>mean = (1/k) sum mean_c</c>, <c>M2 = sum M2_c + n sum (mean_c - mean)^2</c> (Chan et al. 1979), in double, channels upward. NaN reaches its group.
/// </remarks>
public readonly unsafe struct GroupFinalize : IKernel<GroupFinalizeArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref GroupFinalizeArguments arguments)
        where P : struct, IPack<P>
    {
        var size = arguments.Channels / arguments.Groups;
        var n = arguments.Slot[0];
        double* means = arguments.Slot + arguments.Channels, deviations = means + arguments.Channels;
        for (var first = 0; first < arguments.Channels; first += size)
        {
            double mean = 0, squares = 0;
            for (var channel = first; channel < first + size; channel++) mean += means[channel];
            mean /= size;
            for (var channel = first; channel < first + size; channel++)
            {
                var delta = means[channel] - mean;
                squares += deviations[channel] + (n * delta * delta);
            }

            var variance = squares / (n * size);
            for (var channel = first; channel < first + size; channel++)
                arguments.Coefficients.Set(channel, mean, variance, arguments.Epsilon, arguments.Gamma == null ? 1 : arguments.Gamma[channel], arguments.Beta == null ? 0 : arguments.Beta[channel]);
        }
    }
}
