using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Numerics.Packs;

/// <summary>Runs of <see cref="Philox"/> words, four blocks at a time where the hardware has AVX2, and masks made from them.</summary>
internal static unsafe class PhiloxMask
{
    private const int Chunk = 256;

    /// <summary><c>mask[i] = word(first + i) &lt; threshold ? 0 : kept</c>, where word k is word <c>k mod 4</c> of block <c>(k / 4, row)</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Fill(float* mask, ulong first, nint count, ulong row, ulong key, uint threshold, float kept)
    {
        var words = stackalloc uint[Chunk];
        while (count > 0)
        {
            // The first word may lie inside a block.
            var skip = (int)(first & 3);
            var take = (int)Math.Min(Chunk - skip, count);
            Words(words, first >> 2, (skip + take + 3) >> 2, row, key);
            Select(mask, words + skip, take, threshold, kept);
            mask += take;
            first += (ulong)take;
            count -= take;
        }
    }

    /// <summary>The words of consecutive blocks, block after block.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Words(uint* words, ulong block, int blocks, ulong row, ulong key)
    {
        if (Avx2.IsSupported)
        {
            for (; blocks >= 4; blocks -= 4, block += 4, words += 16) FourBlocks(words, block, row, key);
        }

        for (; blocks > 0; blocks--, block++, words += 4)
            (words[0], words[1], words[2], words[3]) = Philox.Block(block, row, key);
    }

    // One block per 64-bit lane; the upper halves collect rubbish that no multiplication reads, and are cut off at the end.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourBlocks(uint* words, ulong block, ulong row, ulong key)
    {
        var counter = Vector256.Create(block, block + 1, block + 2, block + 3);
        var c0 = counter;
        var c1 = Vector256.ShiftRightLogical(counter, 32);
        var c2 = Vector256.Create(row);
        var c3 = Vector256.Create(row >> 32);
        var m0 = Vector256.Create((ulong)Philox.Multiplier0).AsUInt32();
        var m1 = Vector256.Create((ulong)Philox.Multiplier1).AsUInt32();
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var product0 = Avx2.Multiply(c0.AsUInt32(), m0);
            var product1 = Avx2.Multiply(c2.AsUInt32(), m1);
            c0 = Vector256.ShiftRightLogical(product1, 32) ^ c1 ^ Vector256.Create((ulong)k0);
            c2 = Vector256.ShiftRightLogical(product0, 32) ^ c3 ^ Vector256.Create((ulong)k1);
            c1 = product1;
            c3 = product0;
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }

        var half = Vector256.Create((ulong)uint.MaxValue);
        var low = (c0 & half) | (c1 << 32);
        var high = (c2 & half) | (c3 << 32);
        var even = Avx2.UnpackLow(low, high);
        var odd = Avx2.UnpackHigh(low, high);
        Avx2.Permute2x128(even, odd, 0x20).AsUInt32().Store(words);
        Avx2.Permute2x128(even, odd, 0x31).AsUInt32().Store(words + 8);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Select(float* mask, uint* words, int count, uint threshold, float kept)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var bound = Vector256.Create(threshold);
            var value = Vector256.Create(kept);
            for (; i + 8 <= count; i += 8)
            {
                var drop = Vector256.LessThan(Vector256.Load(words + i), bound).AsSingle();
                Vector256.AndNot(value, drop).Store(mask + i);
            }
        }

        for (; i < count; i++) mask[i] = words[i] < threshold ? 0 : kept;
    }
}
