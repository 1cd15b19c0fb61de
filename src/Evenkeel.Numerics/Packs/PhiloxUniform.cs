using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Packs;

/// <summary>Runs of uniform numbers from <see cref="PhiloxMask.Words"/>, in the open interval (-1, 1).</summary>
internal static unsafe class PhiloxUniform
{
    private const int Chunk = 256;
    private const float Step = 1f / (1 << 23);

    /// <summary><c>target[i] = (2 (word(first + i) div 512) + 1) 2^-23 - 1</c>: 2^23 values symmetric around 0, never 0, 1 or -1. Word k is word <c>k mod 4</c> of block <c>(k / 4, row)</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Fill(float* target, ulong first, nint count, ulong row, ulong key)
    {
        var words = stackalloc uint[Chunk];
        while (count > 0)
        {
            // The first word may lie inside a block.
            var skip = (int)(first & 3);
            var take = (int)Math.Min(Chunk - skip, count);
            PhiloxMask.Words(words, first >> 2, (skip + take + 3) >> 2, row, key);
            Convert(target, words + skip, take);
            target += take;
            first += (ulong)take;
            count -= take;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Convert(float* target, uint* words, int count)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var (step, start) = (Vector256.Create(2 * Step), Vector256.Create(Step - 1));
            for (; i + 8 <= count; i += 8)
                ((Vector256.ConvertToSingle(Vector256.ShiftRightLogical(Vector256.Load(words + i), 9).AsInt32()) * step) + start).Store(target + i);
        }

        // Both products and sums are exact, so that the width does not show.
        for (; i < count; i++) target[i] = ((words[i] >> 9) * (2 * Step)) + (Step - 1);
    }
}
