namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>What the sweeps need to know of each channel: normalisation is applied as <c>z = (x - Center) * Scale + Shift</c>.</summary>
/// <remarks>
/// The mean is split into a float and its remainder, <c>mean = Center + Remainder</c>. The subtraction <c>x - Center</c> is then exact
/// where x is near the mean, and the remainder is folded into the shift; <c>x * scale + shift</c> alone loses 1 to 3 % of a deviation at
/// mean 1e4 and deviation 1e-2.
/// </remarks>
public unsafe struct NormalizationCoefficients
{
    /// <summary>The planes of floats [Channels] that <see cref="At"/> lays out.</summary>
    public const int Planes = 5;

    /// <summary><c>m = (float)mean</c>.</summary>
    public float* Center;

    /// <summary><c>mean - m</c>.</summary>
    public float* Remainder;

    /// <summary><c>a = gamma / sqrt(variance + epsilon)</c>.</summary>
    public float* Scale;

    /// <summary><c>b = beta + (m - mean) a</c>, computed in double and rounded last.</summary>
    public float* Shift;

    /// <summary><c>s = 1 / sqrt(variance + epsilon)</c>.</summary>
    public float* InverseDeviation;

    /// <summary>Five planes one after the other in one block of <c>5 * Channels</c> floats.</summary>
    public static NormalizationCoefficients At(float* block, int channels) => new()
    {
        Center = block,
        Remainder = block + channels,
        Scale = block + (2 * (nint)channels),
        Shift = block + (3 * (nint)channels),
        InverseDeviation = block + (4 * (nint)channels),
    };

    /// <summary>Sets one channel from its mean and variance.</summary>
    internal readonly void Set(int channel, double mean, double variance, double epsilon, double gamma, double beta)
    {
        var inverse = 1 / Math.Sqrt(variance + epsilon);
        var center = (float)mean;
        var remainder = mean - center;
        var scale = (float)(gamma * inverse);
        Center[channel] = center;
        Remainder[channel] = (float)remainder;
        Scale[channel] = scale;
        Shift[channel] = (float)(beta - (remainder * scale));
        InverseDeviation[channel] = (float)inverse;
    }
}
