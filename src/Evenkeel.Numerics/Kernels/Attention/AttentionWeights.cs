using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Attention;

/// <summary>Arguments of <see cref="AttentionWeights"/>.</summary>
public unsafe struct AttentionWeightsArguments
{
    /// <summary>Read and written: products of queries and keys [rows, keys], then the weights.</summary>
    public float* Scores;

    /// <summary>[keys], 0 where a key is padding; null where none is.</summary>
    public float* Mask;

    /// <summary>Queries.</summary>
    public int Rows;

    /// <summary>Keys.</summary>
    public int Keys;

    /// <summary>Whether query i sees keys 0 to i alone.</summary>
    public bool IsCausal;

    /// <summary>What the products are multiplied by, above 0.</summary>
    public float Scale;
}

/// <summary>The weights of attention, row by row: <c>p_j = exp(scale s_j - max) / sum_k exp(scale s_k - max)</c> over the keys that the query sees, 0 for the others; all 0 where it sees none.</summary>
/// <remarks>
/// <para>Vaswani et al., arXiv 1706.03762, equation 1. Shifted by the row's largest product, so nothing overflows.</para>
/// <para>Traffic: reads and writes 4 bytes per element, three times from the first cache level. Sums run in lanes, then pairwise. NaN among the keys that a query sees reaches its whole row.</para>
/// </remarks>
public readonly unsafe struct AttentionWeights : IKernel<AttentionWeightsArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref AttentionWeightsArguments arguments)
        where P : struct, IPack<P>
    {
        var keys = arguments.Keys;
        var mask = arguments.Mask;
        var firstKey = 0;
        while (mask != null && firstKey < keys && mask[firstKey] == 0) firstKey++;
        P lowest = P.Broadcast(float.NegativeInfinity), scale = P.Broadcast(arguments.Scale);
        for (var row = 0; row < arguments.Rows; row++)
        {
            var x = arguments.Scores + ((long)row * keys);
            var seen = arguments.IsCausal ? Math.Min(row + 1, keys) : keys;
            if (firstKey >= seen) seen = 0;
            var most = lowest;
            for (var j = 0; j < seen; j += P.Width)
            {
                var count = Math.Min(P.Width, seen - j);
                var value = P.Select(P.LanesOf(uint.MaxValue >> (32 - count)), P.LoadPartial(x + j, count) * scale, lowest);
                if (mask != null) value = P.Select(P.EqualTo(P.LoadPartial(mask + j, count), P.Zero), lowest, value);
                P.StorePartial(x + j, value, count);
                most = P.Max(most, value);
            }

            var shift = P.Broadcast(P.MaxOfLanes(most));
            var sum = P.Zero;
            for (var j = 0; j < seen; j += P.Width)
            {
                var count = Math.Min(P.Width, seen - j);
                var value = P.Select(P.LanesOf(uint.MaxValue >> (32 - count)), P.LoadPartial(x + j, count), lowest);

                // Absent lanes are given e^0 and then 0: e^-infinity would underflow, which costs the processor some 150 cycles.
                var isAbsent = P.EqualTo(value, lowest);
                var power = P.Select(isAbsent, P.Zero, PackMath.ExpOfNonPositive(P.Select(isAbsent, P.Zero, value - shift)));
                P.StorePartial(x + j, power, count);
                sum += power;
            }

            var factor = P.Broadcast(1 / P.Sum(sum));
            for (var j = 0; j < seen; j += P.Width)
            {
                var count = Math.Min(P.Width, seen - j);
                P.StorePartial(x + j, P.LoadPartial(x + j, count) * factor, count);
            }

            new Span<float>(x + seen, keys - seen).Clear();
        }
    }
}
