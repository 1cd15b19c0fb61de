using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="BackwardFinalize"/>.</summary>
public unsafe struct BackwardFinalizeArguments
{
    /// <summary>The first of <see cref="Pieces"/> consecutive <see cref="GradientSlot"/>s.</summary>
    public double* Slots;

    /// <summary>The number of slots.</summary>
    public int Pieces;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>The first channel to finalise.</summary>
    public int FirstChannel;

    /// <summary>One past the last channel to finalise.</summary>
    public int EndChannel;

    /// <summary>n, the values per channel that the statistics were taken over.</summary>
    public double Count;

    /// <summary>Whether the gradient flows through mean and variance; false for running statistics, and for the lost-bias experiments.</summary>
    public bool ThroughStatistics;

    /// <summary>Whether the divisor was taken about zero, the root mean square, and not about the mean.</summary>
    public bool AboutZero;

    /// <summary>g of <see cref="FinalizeNorm"/> [Channels] where the divisor is the l1 or l-infinity norm, or null.</summary>
    public float* Slope;

    /// <summary>Written where <see cref="Slope"/> is given: the factor of the sign [Channels] in <see cref="SignCorrection"/>.</summary>
    public float* SignFactor;

    /// <summary>r [Channels] of Batch Renormalization, or null for 1.</summary>
    public float* Ratio;

    /// <summary>d [Channels] of Batch Renormalization, or null for 0.</summary>
    public float* Offset;

    /// <summary>The coefficients of the forward pass.</summary>
    public NormalizationCoefficients Coefficients;

    /// <summary>Written: dgamma [Channels], or null where gamma is absent or fixed.</summary>
    public float* GammaGradient;

    /// <summary>Written: dbeta [Channels], or null where beta is absent or fixed.</summary>
    public float* BetaGradient;

    /// <summary>Written: c1 [Channels], the factor of x - m in <see cref="BackwardApply{TActivation}"/>.</summary>
    public float* InputFactor;

    /// <summary>Written: c0 [Channels], the constant in <see cref="BackwardApply{TActivation}"/>.</summary>
    public float* Constant;
}

/// <summary>Merges the backward sums and makes dgamma, dbeta and the coefficients of <c>dx = a dz + c1 (x - m) + c0</c>.</summary>
/// <remarks>
/// <para>With <c>S = sum dz</c>, <c>T = sum dz (x - m)</c>, <c>s = 1/sqrt(variance + epsilon)</c> and <c>r = mean - m</c>:
/// <c>dbeta = S</c>, <c>dgamma = s (T - r S)</c>, <c>c1 = -a s dgamma / n</c>, <c>c0 = -a S / n - c1 r</c>.</para>
/// <para>It is the compact form of the six formulas of section 3 of arXiv 1502.03167, exact also with epsilon:
/// <c>dx = gamma s / n (n dz - sum dz - xhat sum dz xhat)</c> with <c>xhat = (x - mean) s</c>. Without a gradient through the statistics
/// <c>c1 = c0 = 0</c> and <c>dx = a dz</c>.</para>
/// <para>Another divisor with square v instead of the variance changes <c>dv/dx</c> alone: about zero <c>c0 = -a S / n + c1 m</c>; for l1 and l-infinity <c>c1 = 0</c> and <c>-a s dgamma g sign(x)</c> is left to <see cref="SignCorrection"/>.
/// With r and d of Batch Renormalization, which are constants, a carries r and <c>dgamma = r sum dz xhat_B + d S</c>.</para>
/// <para>In double, pieces in order, each result rounded once. NaN in any sum reaches every result of its channel.</para>
/// </remarks>
public readonly unsafe struct BackwardFinalize : IKernel<BackwardFinalizeArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref BackwardFinalizeArguments arguments)
        where P : struct, IPack<P>
    {
        var c = arguments.Coefficients;
        var slot = GradientSlot.Doubles(arguments.Channels);
        for (var channel = arguments.FirstChannel; channel < arguments.EndChannel; channel++)
        {
            double sum = 0, product = 0;
            var source = arguments.Slots + channel;
            for (var piece = 0; piece < arguments.Pieces; piece++, source += slot)
            {
                sum += source[0];
                product += source[arguments.Channels];
            }

            double inverse = c.InverseDeviation[channel], remainder = c.Remainder[channel], scale = c.Scale[channel];
            var gammaGradient = inverse * (product - (remainder * sum));
            if (arguments.GammaGradient != null)
                arguments.GammaGradient[channel] = (float)(((arguments.Ratio == null ? 1 : arguments.Ratio[channel]) * gammaGradient) + ((arguments.Offset == null ? 0 : arguments.Offset[channel]) * sum));
            if (arguments.BetaGradient != null) arguments.BetaGradient[channel] = (float)sum;

            var through = arguments.ThroughStatistics ? -scale * inverse * gammaGradient : 0;
            var factor = arguments.Slope == null ? through / arguments.Count : 0;
            var constant = arguments.ThroughStatistics ? (-scale * sum / arguments.Count) - (factor * (arguments.AboutZero ? -c.Center[channel] : remainder)) : 0;
            if (arguments.Slope != null) arguments.SignFactor[channel] = (float)(through * arguments.Slope[channel]);
            arguments.InputFactor[channel] = (float)factor;
            arguments.Constant[channel] = (float)constant;
        }
    }
}
