namespace Evenkeel.TestKit;

/// <summary>Batches whose mean and variance are exact whatever the order of summation, so that statistics are compared with tolerance zero.</summary>
/// <remarks>
/// After the idea of oneDNN's <c>benchdnn</c>: values lie in pairs <c>p + d, p - d</c> around a pivot p, with few mantissa bits, so every partial sum of values, of deviations and of their squares is a representable number.
/// Here the squares of every eight deviations sum to 8 * 16^2, and left-over pairs have d = 16, so for an even count the standard deviation is exactly 16 units: the normalised values at epsilon 0 are d / 16 and exact too.
/// An odd count adds one value at the pivot.
/// Limits for single-precision partial sums: the squares, shifted by any value of the batch, stay below 2^24 units up to <see cref="ExactCount"/> rows per accumulator.
/// </remarks>
public sealed class ExactBatchNormData
{
    /// <summary>The most rows that one single-precision accumulator of shifted squares can take without rounding: 2^24 / 70^2, with 70 units between the extremes.</summary>
    public const int ExactCount = (1 << 24) / (70 * 70);

    private static readonly int[][] Deviations =
    [
        [1, 3, 5, 7, 9, 23, 25, 27], [1, 3, 5, 7, 13, 15, 27, 29], [1, 3, 5, 9, 13, 19, 21, 31], [1, 3, 7, 9, 17, 19, 23, 27],
        [1, 9, 11, 15, 17, 19, 21, 23], [1, 3, 5, 7, 15, 17, 19, 33], [1, 3, 5, 9, 11, 15, 19, 35], [1, 3, 7, 13, 15, 21, 23, 25],
    ];

    private ExactBatchNormData(int rows, int channels, float[] x, double[] mean, double[] variance, double[] xhat)
    {
        Rows = rows;
        Channels = channels;
        X = x;
        Mean = mean;
        Variance = variance;
        XHat = xhat;
    }

    /// <summary>Values per channel.</summary>
    public int Rows { get; }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>The batch, `[rows, channels]`.</summary>
    public float[] X { get; }

    /// <summary>The exact mean, `[channels]`, representable in single precision.</summary>
    public double[] Mean { get; }

    /// <summary>The population variance, `[channels]`; representable in single precision for an even number of rows, else the nearest double.</summary>
    public double[] Variance { get; }

    /// <summary>Normalised values at epsilon 0, `[rows, channels]`; exact for an even number of rows.</summary>
    public double[] XHat { get; }

    /// <summary>A gentle batch: every channel has its own pivot of at most 64 units and its own unit, a power of two from 2^-4 to 2^3. Sums of the bare values are exact too.</summary>
    public static ExactBatchNormData Gentle(int rows, int channels, ulong seed = 1) => Create(rows, channels, seed, random => (random.NextIndex(129) - 64, random.NextIndex(8) - 4));

    /// <summary>A hard batch: means of 2^14 or so, deviations of 1/8, on which a bare <c>E[x^2] - E[x]^2</c> in single precision has no digit right. Deviations from any value of the batch and their sums remain exact.</summary>
    public static ExactBatchNormData FarFromZero(int rows, int channels, ulong seed = 1) => Create(rows, channels, seed, random => ((1 << 21) + random.NextIndex(1 << 20), -7));

    private static ExactBatchNormData Create(int rows, int channels, ulong seed, Func<SeededRandom, (int PivotUnits, int Exponent)> choose)
    {
        SeededRandom random = new(seed);
        float[] x = new float[rows * channels];
        double[] mean = new double[channels], variance = new double[channels], xhat = new double[rows * channels];
        for (int c = 0; c < channels; c++)
        {
            (int pivot, int exponent) = choose(random);
            double unit = Math.ScaleB(1, exponent);
            int[] deviations = DeviationsOf(rows, random);
            long squares = deviations.Sum(d => (long)d * d);
            mean[c] = pivot * unit;
            variance[c] = rows == 0 ? 0 : unit * unit * squares / rows;
            for (int r = 0; r < rows; r++)
            {
                x[r * channels + c] = (float)((pivot + deviations[r]) * unit);
                xhat[r * channels + c] = squares == 0 ? 0 : deviations[r] / Math.Sqrt((double)squares / rows);
            }
        }
        return new ExactBatchNormData(rows, channels, x, mean, variance, xhat);
    }

    private static int[] DeviationsOf(int rows, SeededRandom random)
    {
        int[] result = new int[rows];
        int at = 0;
        while (rows - at >= 16)
            foreach (int d in Deviations[random.NextIndex(Deviations.Length)])
                (result[at++], result[at++]) = (d, -d);
        while (rows - at >= 2) (result[at++], result[at++]) = (16, -16);
        random.Shuffle<int>(result);
        return result;
    }
}
