namespace Evenkeel.Numerics.Randomness;

/// <summary>Philox4x32-10: 128 random bits as a function of a 128-bit counter and a 64-bit key, with no state in between.</summary>
/// <remarks>Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Passes BigCrush; the known answers of its authors are tests here.</remarks>
public static class Philox
{
    /// <summary>The multiplier of words 0 and 1.</summary>
    public const uint Multiplier0 = 0xD2511F53;

    /// <summary>The multiplier of words 2 and 3.</summary>
    public const uint Multiplier1 = 0xCD9E8D57;

    /// <summary>What the low half of the key grows by in every round: the golden ratio.</summary>
    public const uint Weyl0 = 0x9E3779B9;

    /// <summary>What the high half of the key grows by in every round: the square root of 3, less 1.</summary>
    public const uint Weyl1 = 0xBB67AE85;

    /// <summary>The number of rounds.</summary>
    public const int Rounds = 10;

    /// <summary>The four words of one block.</summary>
    /// <param name="low">Words 0 and 1 of the counter.</param>
    /// <param name="high">Words 2 and 3 of the counter.</param>
    /// <param name="key">The key, low half first.</param>
    public static (uint Word0, uint Word1, uint Word2, uint Word3) Block(ulong low, ulong high, ulong key)
    {
        var (c0, c1, c2, c3) = ((uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32));
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }
}
