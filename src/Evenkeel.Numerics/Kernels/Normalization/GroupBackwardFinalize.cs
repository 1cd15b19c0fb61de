using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>Arguments of <see cref="GroupBackwardFinalize"/>.</summary>
public unsafe struct GroupBackwardFinalizeArguments
{
    /// <summary>The sample's <see cref="GradientSlot"/>.</summary>
    public double* Slot;

    /// <summary>All channels.</summary>
    public int Channels;

    /// <summary>How many groups they form.</summary>
    public int Groups;

    /// <summary>n, the rows of the sample.</summary>
    public double Rows;

    /// <summary>gamma [channels], or null for 1.</summary>
    public float* Gamma;

    /// <summary>The coefficients of the forward pass.</summary>
    public NormalizationCoefficients Coefficients;

    /// <summary>Read and written: the piece's sums, dgamma [channels] and then dbeta [channels].</summary>
    public double* Sums;

    /// <summary>Written: c1 [channels], the factor of x - m in the backward sweep.</summary>
    public float* InputFactor;

    /// <summary>Written: c0 [channels], the constant in the backward sweep.</summary>
    public float* Constant;
}

/// <summary>Makes of a sample's backward sums what its groups need: <c>dx = a dz + c1 (x - m) + c0</c>, and adds to dgamma and dbeta.</summary>
/// <remarks>
/// With <c>S_c = sum dz</c>, <c>U_c = sum dz xhat</c> over the rows and k channels a group: <c>c1 = -s^2 sum gamma_c U_c / (n k)</c>, <c>c0 = -s sum gamma_c S_c / (n k) - c1 (mean - m)</c>,
/// <c>dgamma_c += U_c</c>, <c>dbeta_c += S_c</c>. In double, channels upward.
/// </remarks>
public readonly unsafe struct GroupBackwardFinalize : IKernel<GroupBackwardFinalizeArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref GroupBackwardFinalizeArguments arguments)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        var size = channels / arguments.Groups;
        var c = arguments.Coefficients;
        var gamma = arguments.Gamma;
        for (var first = 0; first < channels; first += size)
        {
            double inverse = c.InverseDeviation[first], remainder = c.Remainder[first], sum = 0, product = 0;
            for (var channel = first; channel < first + size; channel++)
            {
                var (s, g) = (arguments.Slot[channel], gamma == null ? 1.0 : gamma[channel]);
                var u = inverse * (arguments.Slot[channels + channel] - (remainder * s));
                arguments.Sums[channel] += u;
                arguments.Sums[channels + channel] += s;
                sum += g * s;
                product += g * u;
            }

            var values = arguments.Rows * size;
            var factor = -inverse * inverse * product / values;
            var constant = (-inverse * sum / values) - (factor * remainder);
            for (var channel = first; channel < first + size; channel++)
            {
                arguments.InputFactor[channel] = (float)factor;
                arguments.Constant[channel] = (float)constant;
            }
        }
    }
}
