namespace Evenkeel.Data.Randomness;

/// <summary>A named stream of random numbers in which number i is a function of (seed, name, key, i) alone, so that any of them can be had at once.</summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014) read by counter: a 64-bit finaliser over key + i * golden ratio. Changing it changes every order and every glyph.</remarks>
internal readonly struct CounterStream
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly ulong _key;

    public CounterStream(ulong seed, string name, ulong key = 0)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var letter in name) hash = (hash ^ letter) * 0x100000001B3;
        _key = Mix(Mix(Mix(seed + Golden) ^ hash) + (key * Golden) + 1);
    }

    private CounterStream(ulong key) => _key = key;

    /// <summary>The stream of a sub-key, such as a sample's index.</summary>
    public CounterStream Of(ulong key) => new(Mix(_key ^ Mix(key + Golden)));

    /// <summary>Number i, uniform over 64 bits.</summary>
    public ulong At(ulong i) => Mix(_key + (i * Golden));

    /// <summary>Number i, uniform over 0..bound-1 (its bias is below bound * 2^-64).</summary>
    public int Below(ulong i, int bound) => (int)Math.BigMul(At(i), (ulong)bound, out _);

    /// <summary>Number i, uniform over [0, 1) in steps of 2^-24.</summary>
    public float Unit(ulong i) => (At(i) >> 40) * (1f / (1 << 24));

    /// <summary>Shuffles in place (Fisher and Yates), one number per swap.</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below((ulong)i, i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
