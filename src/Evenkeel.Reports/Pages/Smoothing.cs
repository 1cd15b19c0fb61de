namespace Evenkeel.Reports.Pages;

/// <summary>Smooths a noisy curve by an exponential average, corrected so that its beginning is not pulled towards zero.</summary>
internal static class Smoothing
{
    /// <summary>Averages over about <paramref name="span"/> points; gaps stay gaps and do not enter.</summary>
    public static double[] Exponential(IReadOnlyList<double> values, double span)
    {
        var keep = 1 - 1 / Math.Max(1, span);
        double sum = 0, weight = 0;
        var smoothed = new double[values.Count];
        for (var i = 0; i < smoothed.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                smoothed[i] = double.NaN;
                continue;
            }

            sum = keep * sum + (1 - keep) * values[i];
            weight = keep * weight + (1 - keep);
            smoothed[i] = span <= 1 ? values[i] : sum / weight;
        }

        return smoothed;
    }
}
