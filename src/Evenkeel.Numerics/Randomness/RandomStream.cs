namespace Evenkeel.Numerics.Randomness;

/// <summary>A named stream of random numbers: number i of row r is a function of (seed, name, r, i) alone, so any thread may draw any part of it.</summary>
/// <remarks>
/// Word i is word <c>i mod 4</c> of the <see cref="Philox"/> block <c>(i / 4, r)</c> under the stream's key. Rows separate what repeats, for example the attempts of a training run.
/// Changing this changes every first value and every dropout mask.
/// </remarks>
public readonly struct RandomStream
{
    /// <summary>Names the stream.</summary>
    /// <param name="seed">The run's or the model's seed.</param>
    /// <param name="name">What it is for, for example <c>hidden1.weight</c>; other names give independent numbers.</param>
    public RandomStream(ulong seed, string name)
    {
        // FNV-1a over the name, then two rounds of SplitMix64's finaliser, so that near seeds and near names give far keys.
        var hash = 0xCBF29CE484222325UL;
        foreach (var letter in name) hash = (hash ^ letter) * 0x100000001B3;
        Key = Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ hash);
    }

    /// <summary>The key of <see cref="Philox.Block"/>.</summary>
    public ulong Key { get; }

    /// <summary>Word number <paramref name="index"/>, uniform over 32 bits.</summary>
    public uint Word(ulong index, ulong row = 0)
    {
        var (word0, word1, word2, word3) = Philox.Block(index >> 2, row, Key);
        return (index & 3) switch { 0 => word0, 1 => word1, 2 => word2, _ => word3 };
    }

    /// <summary>Number <paramref name="index"/>, uniform over [0, 1) in steps of 2^-24, from word <paramref name="index"/>.</summary>
    public float Uniform(ulong index, ulong row = 0) => ToUnit(Word(index, row));

    /// <summary>Fills with <see cref="Uniform"/> of the indexes from 0 on.</summary>
    /// <param name="values">Receives numbers of [0, 1).</param>
    /// <param name="row">Another number gives other values, for example an epoch or a sample. Default 0.</param>
    public void FillUniform(Span<float> values, ulong row = 0)
    {
        for (var i = 0; i < values.Length; i += 4)
        {
            var (word0, word1, word2, word3) = Philox.Block((ulong)i >> 2, row, Key);
            Put(values, i, ToUnit(word0), ToUnit(word1), ToUnit(word2), ToUnit(word3));
        }
    }

    /// <summary>Fills with numbers of the standard normal distribution; number i depends on its index, not on how many are drawn.</summary>
    /// <param name="values">Receives numbers of mean 0 and deviation 1.</param>
    /// <param name="row">Another number gives other values, for example an epoch or a sample. Default 0.</param>
    /// <remarks>Box and Muller 1958: words 2k and 2k + 1 give numbers 2k and 2k + 1; at most 6.7 deviations from 0. Computed in double, rounded once.</remarks>
    public void FillNormal(Span<float> values, ulong row = 0)
    {
        for (var i = 0; i < values.Length; i += 4)
        {
            var (word0, word1, word2, word3) = Philox.Block((ulong)i >> 2, row, Key);
            var (normal0, normal1) = BoxMuller(word0, word1);
            var (normal2, normal3) = BoxMuller(word2, word3);
            Put(values, i, normal0, normal1, normal2, normal3);
        }
    }

    private static (float Cosine, float Sine) BoxMuller(uint radius, uint angle)
    {
        var length = Math.Sqrt(-2 * Math.Log((radius + 1.0) * (1.0 / 4294967296.0)));
        var (sine, cosine) = Math.SinCos(angle * (2 * Math.PI / 4294967296.0));
        return ((float)(length * cosine), (float)(length * sine));
    }

    private static float ToUnit(uint word) => (word >> 8) * (1f / (1 << 24));

    private static void Put(Span<float> values, int at, float value0, float value1, float value2, float value3)
    {
        values[at] = value0;
        if (at + 1 < values.Length) values[at + 1] = value1;
        if (at + 2 < values.Length) values[at + 2] = value2;
        if (at + 3 < values.Length) values[at + 3] = value3;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
