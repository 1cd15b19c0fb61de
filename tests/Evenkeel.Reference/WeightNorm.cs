namespace Evenkeel.Reference;

/// <summary>Weights as a product uses them, over v `[inputs, units]`: standardised (Qiao et al., arXiv 1903.10520, equation 3) or of a given length (Salimans and Kingma, arXiv 1602.07868, equation 2).</summary>
public static class WeightNorm
{
    /// <summary><c>g (v - mean v) / sqrt(var v + eps)</c> or <c>g v / sqrt(|v|^2 + eps)</c>, unit by unit.</summary>
    public static double[] Forward(double[] v, int units, double[]? gain, bool standardised, double epsilon)
    {
        double[] w = new double[v.Length];
        for (int unit = 0; unit < units; unit++)
        {
            (double mean, double divisor) = Statistics(v, units, unit, standardised, epsilon);
            for (int i = unit; i < v.Length; i += units) w[i] = (gain?[unit] ?? 1) * (v[i] - mean) / divisor;
        }
        return w;
    }

    /// <summary>The gradients by v and by the gain.</summary>
    public static (double[] V, double[] Gain) Backward(double[] dw, double[] v, int units, double[]? gain, bool standardised, double epsilon)
    {
        double[] dv = new double[v.Length], dg = new double[units];
        int n = v.Length / units;
        for (int unit = 0; unit < units; unit++)
        {
            (double mean, double divisor) = Statistics(v, units, unit, standardised, epsilon);
            double sum = 0;
            for (int i = unit; i < v.Length; i += units)
            {
                dg[unit] += dw[i] * (v[i] - mean) / divisor;
                sum += dw[i];
            }
            for (int i = unit; i < v.Length; i += units)
            {
                double hat = (v[i] - mean) / divisor;
                dv[i] = (gain?[unit] ?? 1) / divisor * (standardised ? dw[i] - sum / n - hat * dg[unit] / n : dw[i] - hat * dg[unit]);
            }
        }
        return (dv, dg);
    }

    private static (double Mean, double Divisor) Statistics(double[] v, int units, int unit, bool standardised, double epsilon)
    {
        double[] column = [.. v.Where((_, i) => i % units == unit)];
        double mean = standardised ? column.Average() : 0, squares = column.Sum(value => (value - mean) * (value - mean));
        return (mean, Math.Sqrt((standardised ? squares / column.Length : squares) + epsilon));
    }
}
