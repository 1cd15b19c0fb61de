using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>Arguments of <see cref="LayerNormBackward"/>.</summary>
public unsafe struct LayerNormBackwardArguments
{
    /// <summary>x [rows, channels], row after row.</summary>
    public float* Input;

    /// <summary>dy [rows, channels].</summary>
    public float* OutputGradient;

    /// <summary>gamma [channels], or null for 1.</summary>
    public float* Gamma;

    /// <summary>What the forward pass left [rows, 3].</summary>
    public float* Statistics;

    /// <summary>Written: dx [rows, channels]; may be dy itself. Null where it is not wanted.</summary>
    public float* InputGradient;

    /// <summary>Read and written: the piece's sums, dgamma [channels] and then dbeta [channels].</summary>
    public double* Sums;

    /// <summary>Scratch floats, 2 * channels, zero before and after.</summary>
    public float* Scratch;

    /// <summary>The first row of this piece.</summary>
    public int FirstRow;

    /// <summary>One past its last row.</summary>
    public int EndRow;

    /// <summary>Channels of a row.</summary>
    public int Channels;

    /// <summary>Whether the forward pass took the mean off.</summary>
    public bool SubtractsMean;
}

/// <summary>The gradients of <see cref="LayerNormForward"/>: <c>dx = s (g - mean g - xhat mean(g xhat))</c> with <c>g = gamma dy</c> and s the inverse deviation (without <c>mean g</c> for RMSNorm), <c>dgamma = sum dy xhat</c>, <c>dbeta = sum dy</c>.</summary>
/// <remarks>
/// <para>Traffic: reads 8 and writes 4 bytes per element; the row is read again from the first cache level. dgamma and dbeta gather in floats over 128 rows and are folded into double.</para>
/// <para>Sums of a row run in two chains of lanes, then pairwise. NaN in a row reaches its dx and the sums.</para>
/// </remarks>
public readonly unsafe struct LayerNormBackward : IKernel<LayerNormBackwardArguments>
{
    private const int BlockRows = 128;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref LayerNormBackwardArguments arguments)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        for (var first = arguments.FirstRow; first < arguments.EndRow; first += BlockRows)
        {
            for (var row = first; row < Math.Min(arguments.EndRow, first + BlockRows); row++)
            {
                var statistics = arguments.Statistics + ((long)row * LayerNormForward.Statistics);
                var (center, remainder, inverse) = (statistics[0], statistics[1], statistics[2]);
                var (sum, product) = Sums<P>(ref arguments, row, center, inverse, -remainder * inverse);
                if (arguments.InputGradient != null)
                    Apply<P>(ref arguments, row, center, inverse, -remainder * inverse, arguments.SubtractsMean ? (float)(sum / channels) : 0, (float)(product / channels));
            }

            for (var i = 0; i < 2 * channels; i += P.Width)
            {
                var count = Math.Min(P.Width, (2 * channels) - i);
                P.AddToDoubles(arguments.Sums + i, P.LoadPartial(arguments.Scratch + i, count), count);
                P.StorePartial(arguments.Scratch + i, P.Zero, count);
            }
        }
    }

    /// <summary>The sums of g and of g xhat over a row; dy xhat and dy join the columns' sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Sum, double Product) Sums<P>(ref LayerNormBackwardArguments arguments, int row, float center, float inverse, float shift)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        float* x = arguments.Input + ((long)row * channels), dy = arguments.OutputGradient + ((long)row * channels), gammas = arguments.Scratch, betas = arguments.Scratch + channels;
        P m = P.Broadcast(center), s = P.Broadcast(inverse), b = P.Broadcast(shift);
        P sum = P.Zero, product = P.Zero;
        for (var i = 0; i < channels; i += P.Width)
        {
            var count = channels - i;
            P value, gradient, gamma;
            if (count >= P.Width)
            {
                (value, gradient) = (P.Load(x + i), P.Load(dy + i));
                gamma = arguments.Gamma == null ? gradient : gradient * P.Load(arguments.Gamma + i);
                value = P.MultiplyAdd(value - m, s, b);
                P.Store(gammas + i, P.MultiplyAdd(gradient, value, P.Load(gammas + i)));
                P.Store(betas + i, P.Load(betas + i) + gradient);
            }
            else
            {
                // Absent lanes have no gradient, so whatever xhat they get counts nothing.
                (value, gradient) = (P.LoadPartial(x + i, count), P.LoadPartial(dy + i, count));
                gamma = arguments.Gamma == null ? gradient : gradient * P.LoadPartial(arguments.Gamma + i, count);
                value = P.MultiplyAdd(value - m, s, b);
                P.StorePartial(gammas + i, P.MultiplyAdd(gradient, value, P.LoadPartial(gammas + i, count)), count);
                P.StorePartial(betas + i, P.LoadPartial(betas + i, count) + gradient, count);
            }

            sum += gamma;
            product = P.MultiplyAdd(gamma, value, product);
        }

        return (P.Sum(sum), P.Sum(product));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apply<P>(ref LayerNormBackwardArguments arguments, int row, float center, float inverse, float shift, float mean, float product)
        where P : struct, IPack<P>
    {
        var channels = arguments.Channels;
        float* x = arguments.Input + ((long)row * channels), dy = arguments.OutputGradient + ((long)row * channels), dx = arguments.InputGradient + ((long)row * channels);
        P m = P.Broadcast(center), s = P.Broadcast(inverse), b = P.Broadcast(shift), g = P.Broadcast(mean), t = P.Broadcast(-product);
        var i = 0;
        for (; i + P.Width <= channels; i += P.Width)
        {
            var value = P.MultiplyAdd(P.Load(x + i) - m, s, b);
            var gradient = arguments.Gamma == null ? P.Load(dy + i) : P.Load(dy + i) * P.Load(arguments.Gamma + i);
            P.Store(dx + i, s * P.MultiplyAdd(value, t, gradient - g));
        }

        var rest = channels - i;
        if (rest == 0) return;
        var last = P.MultiplyAdd(P.LoadPartial(x + i, rest) - m, s, b);
        var lastGradient = arguments.Gamma == null ? P.LoadPartial(dy + i, rest) : P.LoadPartial(dy + i, rest) * P.LoadPartial(arguments.Gamma + i, rest);
        P.StorePartial(dx + i, s * P.MultiplyAdd(last, t, lastGradient - g), rest);
    }
}
