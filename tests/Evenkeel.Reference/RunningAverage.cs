namespace Evenkeel.Reference;

/// <summary>Moving averages of batch statistics in the three conventions that people mix up.</summary>
/// <remarks>
/// PyTorch's <c>momentum</c> is the weight of the new value, Keras' <c>momentum</c> that of the old one. Both start at mean 0 and variance 1, and so carry <c>(1 - rate)^t</c> of that start.
/// The bias-corrected average starts at nothing and divides by the weight it has gathered, as Adam does (Kingma and Ba, arXiv 1412.6980, section 3).
/// PyTorch averages the sample variance; Keras the population variance (its fused kernel the sample one): the caller chooses by what it passes.
/// </remarks>
public static class RunningAverage
{
    /// <summary>PyTorch: <c>running = (1 - momentum) running + momentum statistic</c>; default momentum 0.1.</summary>
    public static double[] PyTorch(double[] running, double[] statistic, double momentum) => Blend(running, statistic, momentum);

    /// <summary>Keras: <c>running = momentum running + (1 - momentum) statistic</c>; default momentum 0.99.</summary>
    public static double[] Keras(double[] running, double[] statistic, double momentum) => Blend(running, statistic, 1 - momentum);

    /// <summary>The update rate that halves the weight of the past in so many steps: <c>1 - 2^(-1/steps)</c>.</summary>
    public static double RateOfHalfLife(double steps) => 1 - Math.Pow(2, -1 / steps);

    /// <summary>The update rate of the cumulative average at its t-th update, counted from 1: <c>1 / t</c>.</summary>
    public static double RateOfCumulative(int t) => 1.0 / t;

    private static double[] Blend(double[] running, double[] statistic, double rate)
    {
        double[] next = new double[running.Length];
        for (int c = 0; c < next.Length; c++) next[c] = (1 - rate) * running[c] + rate * statistic[c];
        return next;
    }
}

/// <summary>A bias-corrected average: raw sum and its weight, both from zero. <c>raw = (1-a) raw + a s</c>, <c>weight = (1-a) weight + a</c>, value <c>raw / weight</c>.</summary>
public sealed record CorrectedAverage(double[] Raw, double Weight)
{
    /// <summary>The average of nothing yet: raw 0, weight 0.</summary>
    public static CorrectedAverage Empty(int channels) => new(new double[channels], 0);

    /// <summary>An average taken over from elsewhere: weight 1.</summary>
    public static CorrectedAverage Imported(double[] values) => new(values, 1);

    /// <summary>The average after one more statistic.</summary>
    public CorrectedAverage Update(double[] statistic, double rate) => new(RunningAverage.PyTorch(Raw, statistic, rate), (1 - rate) * Weight + rate);

    /// <summary>The corrected values; after the first update exactly the first statistic.</summary>
    public double[] Value => Array.ConvertAll(Raw, r => r / Weight);
}
