namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Running statistics as they are stored: averages that are not yet divided by the weight that they have gathered.</summary>
/// <param name="mean">The average of means [Channels].</param>
/// <param name="variance">The average of variances [Channels].</param>
/// <param name="weight">The weight that both have gathered: one value in [0, 1].</param>
public readonly unsafe struct RunningMoments(double* mean, double* variance, double* weight)
{
    /// <summary>Mean and variance of a channel; 0 and 1 where nothing was ever gathered.</summary>
    /// <param name="channel">The channel.</param>
    public (double Mean, double Variance) this[int channel] => *weight == 0 ? (0, 1) : (mean[channel] / *weight, variance[channel] / *weight);
}
