namespace Evenkeel.Reference;

/// <summary>The largest of k linear pieces: <c>y[r, j] = max over i of x[r, i units + j]</c>. Goodfellow et al., arXiv 1302.4389, section 3.</summary>
public static class Maxout
{
    /// <summary>y `[rows, units]` of x `[rows, pieces * units]`.</summary>
    public static double[] Forward(double[] x, int pieces, int units) =>
        [.. Enumerable.Range(0, Shape.Rows(x, pieces * units, nameof(x)) * units).Select(o => x[Winner(x, pieces, units, o)])];

    /// <summary>dx: the whole cotangent goes to the largest piece, to the first one where several are.</summary>
    public static double[] Backward(double[] dy, double[] x, int pieces, int units)
    {
        Shape.Require(dy, x.Length / pieces, nameof(dy));
        double[] dx = new double[x.Length];
        for (int o = 0; o < dy.Length; o++) dx[Winner(x, pieces, units, o)] += dy[o];
        return dx;
    }

    private static int Winner(double[] x, int pieces, int units, int output)
    {
        int first = output / units * pieces * units + output % units;
        return Enumerable.Range(0, pieces).Select(i => first + i * units).MaxBy(i => x[i]);
    }
}
