using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>Arguments of <see cref="LayerNormForward"/>.</summary>
public unsafe struct LayerNormForwardArguments
{
    /// <summary>x [rows, channels], row after row.</summary>
    public float* Input;

    /// <summary>gamma [channels], or null for 1.</summary>
    public float* Gamma;

    /// <summary>beta [channels], or null for 0.</summary>
    public float* Beta;

    /// <summary>Written: y [rows, channels]; may be x itself.</summary>
    public float* Output;

    /// <summary>Written: mean, its remainder beyond a float, and inverse deviation of every row [rows, 3].</summary>
    public float* Statistics;

    /// <summary>The first row of this piece.</summary>
    public int FirstRow;

    /// <summary>One past its last row.</summary>
    public int EndRow;

    /// <summary>Channels of a row.</summary>
    public int Channels;

    /// <summary>What is added to the variance, or to the mean square.</summary>
    public double Epsilon;

    /// <summary>Whether the mean is taken off; else the row is divided by the root of its mean square (RMSNorm).</summary>
    public bool SubtractsMean;
}

/// <summary>Normalises every row by its own statistics: <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c>, or <c>y = gamma x / sqrt(mean x^2 + epsilon) + beta</c>.</summary>
/// <remarks>
/// <para>Layer normalisation: Ba, Kiros and Hinton, arXiv 1607.06450, equation 4. RMSNorm: Zhang and Sennrich, arXiv 1910.07467, equation 4.</para>
/// <para>Traffic: reads and writes 4 bytes per element; a row is read again from the first cache level for its squares and for the result. Saves 12 bytes per row.</para>
/// <para>Sums run in four chains of lanes, then pairwise, finished in double: first of <c>x - x[0]</c>, then of <c>(x - mean)^2</c> with the rounded mean's remainder taken out, so that nothing cancels.
/// NaN and infinity reach their row.</para>
/// </remarks>
public readonly unsafe struct LayerNormForward : IKernel<LayerNormForwardArguments>
{
    /// <summary>The numbers that a row leaves for the backward pass.</summary>
    public const int Statistics = 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref LayerNormForwardArguments arguments)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
        {
            var x = arguments.Input + ((long)row * channels);
            var mean = arguments.SubtractsMean ? x[0] + (Sum<P>(x, channels, x[0], false) / channels) : 0;
            var center = (float)mean;
            var remainder = mean - center;
            var squares = (Sum<P>(x, channels, center, true) / channels) - (remainder * remainder);

            // Rounding may leave a hair below zero; NaN passes.
            var inverse = 1 / Math.Sqrt((squares < 0 ? 0 : squares) + arguments.Epsilon);
            var statistics = arguments.Statistics + ((long)row * Statistics);
            (statistics[0], statistics[1], statistics[2]) = (center, (float)remainder, (float)inverse);
            Normalize<P>(ref arguments, x, arguments.Output + ((long)row * channels), center, (float)inverse, (float)(-remainder * inverse));
        }
    }

    /// <summary>The sum of <c>x - pivot</c> or of its square.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum<P>(float* x, int count, float pivot, bool squared)
        where P : struct, IPack<P>
    {
        var p = P.Broadcast(pivot);
        P s0 = P.Zero, s1 = P.Zero, s2 = P.Zero, s3 = P.Zero;
        var i = 0;
        for (; i + (4 * P.Width) <= count; i += 4 * P.Width)
        {
            P d0 = P.Load(x + i) - p, d1 = P.Load(x + i + P.Width) - p, d2 = P.Load(x + i + (2 * P.Width)) - p, d3 = P.Load(x + i + (3 * P.Width)) - p;
            s0 += squared ? d0 * d0 : d0;
            s1 += squared ? d1 * d1 : d1;
            s2 += squared ? d2 * d2 : d2;
            s3 += squared ? d3 * d3 : d3;
        }

        for (; i + P.Width <= count; i += P.Width)
        {
            var d = P.Load(x + i) - p;
            s0 += squared ? d * d : d;
        }

        double sum = P.Sum((s0 + s1) + (s2 + s3));
        for (; i < count; i++)
        {
            double d = x[i] - pivot;
            sum += squared ? d * d : d;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Normalize<P>(ref LayerNormForwardArguments arguments, float* x, float* y, float center, float inverse, float shift)
        where P : struct, IPack<P>
    {
        float* gamma = arguments.Gamma, beta = arguments.Beta;
        P m = P.Broadcast(center), s = P.Broadcast(inverse), b = P.Broadcast(shift);
        var i = 0;
        for (; i + P.Width <= arguments.Channels; i += P.Width)
        {
            var normalized = P.MultiplyAdd(P.Load(x + i) - m, s, b);
            var scaled = gamma == null ? normalized : normalized * P.Load(gamma + i);
            P.Store(y + i, beta == null ? scaled : scaled + P.Load(beta + i));
        }

        var rest = arguments.Channels - i;
        if (rest == 0) return;
        var last = P.MultiplyAdd(P.LoadPartial(x + i, rest) - m, s, b);
        if (gamma != null) last *= P.LoadPartial(gamma + i, rest);
        P.StorePartial(y + i, beta == null ? last : last + P.LoadPartial(beta + i, rest), rest);
    }
}
