namespace Evenkeel.Training.Probes;

/// <summary>Arithmetic on all parameters together.</summary>
internal static class ParameterWalk
{
    /// <summary><c>target = start - length direction</c>.</summary>
    public static void Step(Span<float> target, ReadOnlySpan<float> start, ReadOnlySpan<float> direction, float length)
    {
        for (var i = 0; i < target.Length; i++) target[i] = start[i] - (length * direction[i]);
    }

    /// <summary><c>|a - b|</c>.</summary>
    public static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return Math.Sqrt(sum);
    }

    /// <summary><c>a . b</c>.</summary>
    public static double Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    /// <summary>What is not a number, or beyond all numbers, counts as infinite.</summary>
    public static double Finite(double value) => double.IsFinite(value) ? value : double.PositiveInfinity;
}
