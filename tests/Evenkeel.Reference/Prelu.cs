namespace Evenkeel.Reference;

/// <summary>The rectifier with a learned slope per channel: <c>y = max(0, x) + a min(0, x)</c>. He et al., arXiv 1502.01852, equation 1.</summary>
public static class Prelu
{
    /// <summary>y of x `[rows, channels]` and slopes `[channels]`.</summary>
    public static double[] Forward(double[] x, double[] slopes)
    {
        Shape.Rows(x, slopes.Length, nameof(x));
        return [.. x.Select((v, i) => Math.Max(0, v) + slopes[i % slopes.Length] * Math.Min(0, v))];
    }

    /// <summary><c>dx = dy (1 where x &gt; 0, else a)</c> and <c>da = sum dy min(0, x)</c> (equation 3); the slope's side at 0, as in PyTorch.</summary>
    public static (double[] X, double[] Slopes) Backward(double[] dy, double[] x, double[] slopes)
    {
        Shape.Require(dy, x.Length, nameof(dy));
        double[] dx = new double[x.Length], da = new double[slopes.Length];
        for (int i = 0; i < x.Length; i++)
        {
            dx[i] = dy[i] * (x[i] > 0 ? 1 : slopes[i % slopes.Length]);
            da[i % slopes.Length] += dy[i] * Math.Min(0, x[i]);
        }
        return (dx, da);
    }
}
