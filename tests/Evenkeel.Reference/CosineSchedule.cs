namespace Evenkeel.Reference;

/// <summary>A cosine decay with linear warm-up (Loshchilov and Hutter, arXiv 1608.03983, eq. 5; warm-up: Goyal et al., arXiv 1706.02677, section 2.2).</summary>
public static class CosineSchedule
{
    /// <summary>The learning rate of step t, counted from 0.</summary>
    /// <remarks>
    /// Warm-up, <c>t &lt; warmup</c>: <c>rate (t + 1) / warmup</c>, so that the first step moves and the last warm-up step has the full rate.
    /// Then <c>floor + (rate - floor) (1 + cos(pi (t - warmup) / (steps - warmup))) / 2</c>; from <c>t = steps</c> on the floor.
    /// </remarks>
    public static double Rate(long t, double rate, long steps, long warmup = 0, double floor = 0)
    {
        if (t < warmup) return rate * (t + 1) / warmup;
        if (t >= steps) return floor;
        return floor + (rate - floor) * (1 + Math.Cos(Math.PI * (t - warmup) / (steps - warmup))) / 2;
    }

    /// <summary>Half a cosine from the rate to the floor, again and again, each period longer than the one before by a factor. Loshchilov and Hutter, arXiv 1608.03983, equation 5; as PyTorch's <c>CosineAnnealingWarmRestarts</c>.</summary>
    public static double WithRestarts(long t, double rate, long period, double growth, double floor = 0)
    {
        while (t >= period)
        {
            t -= period;
            period = (long)Math.Round(period * growth);
        }
        return floor + (rate - floor) * (1 + Math.Cos(Math.PI * t / period)) / 2;
    }
}
