namespace Evenkeel.TestKit;

/// <summary>A tiny deterministic generator for test data: SplitMix64 (Steele, Lea and Flood, 2014). Independent of the generator that it helps to test.</summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double NextUniform(double low, double high) => low + (high - low) * NextUniform();

    /// <summary>An integer from 0 up to, without, <paramref name="count"/>.</summary>
    public int NextIndex(int count) => (int)(NextUniform() * count);

    /// <summary>Standard normal (Box and Muller).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextUniform())) * Math.Cos(2 * Math.PI * NextUniform());

    /// <summary>Normal values in double precision.</summary>
    public double[] Normals(int count, double mean = 0, double deviation = 1)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) values[i] = mean + deviation * NextNormal();
        return values;
    }

    /// <summary>Uniform values in double precision.</summary>
    public double[] Uniforms(int count, double low, double high)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) values[i] = NextUniform(low, high);
        return values;
    }

    /// <summary>Normal values in single precision. Give <see cref="Expect.Widen"/> of the same array to the book, so that both start from the same numbers.</summary>
    public float[] Floats(int count, double mean = 0, double deviation = 1) => Array.ConvertAll(Normals(count, mean, deviation), v => (float)v);

    /// <summary>Labels from 0 up to, without, <paramref name="classes"/>.</summary>
    public int[] Labels(int count, int classes)
    {
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) labels[i] = NextIndex(classes);
        return labels;
    }

    /// <summary>A mask that keeps each value with probability <paramref name="keep"/>.</summary>
    public bool[] Mask(int count, double keep)
    {
        bool[] mask = new bool[count];
        for (int i = 0; i < count; i++) mask[i] = NextUniform() < keep;
        return mask;
    }

    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextIndex(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
