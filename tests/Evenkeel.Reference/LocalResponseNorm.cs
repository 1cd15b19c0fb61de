namespace Evenkeel.Reference;

/// <summary>Local response normalisation: Krizhevsky, Sutskever and Hinton 2012, section 3.3, with alpha divided by the window's size.</summary>
/// <remarks><c>y_i = x_i d_i^-beta</c>, <c>d_i = k + alpha / n sum of x_j^2</c> over the channels j of the window of n around i that exist.</remarks>
public static class LocalResponseNorm
{
    /// <summary>y of x `[rows, channels]`.</summary>
    public static double[] Forward(double[] x, int channels, int size, double alpha, double beta, double bias)
    {
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++) y[i] = x[i] * Math.Pow(Denominator(x, channels, i, size, alpha, bias), -beta);
        return y;
    }

    /// <summary><c>dx_i = dy_i d_i^-beta - 2 alpha beta / n x_i sum_j dy_j x_j d_j^(-beta-1)</c>, j over the channels whose windows hold i.</summary>
    public static double[] Backward(double[] dy, double[] x, int channels, int size, double alpha, double beta, double bias)
    {
        double[] dx = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            dx[i] = dy[i] * Math.Pow(Denominator(x, channels, i, size, alpha, bias), -beta);
            foreach (int j in Window(channels, i, size))
                dx[i] -= 2 * alpha * beta / size * x[i] * dy[j] * x[j] * Math.Pow(Denominator(x, channels, j, size, alpha, bias), -beta - 1);
        }
        return dx;
    }

    private static double Denominator(double[] x, int channels, int i, int size, double alpha, double bias) => bias + alpha / size * Window(channels, i, size).Sum(j => x[j] * x[j]);

    private static IEnumerable<int> Window(int channels, int i, int size)
    {
        int row = i / channels * channels, channel = i % channels;
        return Enumerable.Range(channel - size / 2, size).Where(c => c >= 0 && c < channels).Select(c => row + c);
    }
}
