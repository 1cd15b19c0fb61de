using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Loading;

/// <summary>Shuffling that is a function of (seed, name, row) alone.</summary>
internal static class Permutation
{
    /// <summary>Shuffles in place (Fisher and Yates): swap i takes 64 bits from block i of the stream's row, so its bias is below 2^-32.</summary>
    public static void Shuffle(RandomStream stream, ulong row, Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var (low, high, _, _) = Philox.Block((ulong)i, row, stream.Key);
            var j = (int)Math.BigMul(low | ((ulong)high << 32), (ulong)i + 1, out _);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
