namespace Evenkeel.Reference;

/// <summary>Learning rates as functions of the step t, counted from 0; see also <see cref="CosineSchedule"/>.</summary>
public static class LearningRates
{
    /// <summary>He et al., arXiv 1512.03385, section 4.2: the rate is multiplied by a factor at every milestone.</summary>
    public static double Step(long t, double rate, long[] milestones, double factor) => rate * Math.Pow(factor, milestones.Count(milestone => t >= milestone));

    /// <summary>Chen et al., arXiv 1606.00915, section 4.1: <c>floor + (rate - floor) (1 - t / steps)^power</c>.</summary>
    public static double Polynomial(long t, double rate, long steps, double power, double floor) =>
        floor + ((rate - floor) * Math.Pow(1 - (Math.Min(t, steps) / (double)steps), power));

    /// <summary><c>rate end^(t / steps)</c>, as repeated multiplication.</summary>
    public static double Exponential(long t, double rate, long steps, double end)
    {
        var share = Math.Exp(Math.Log(end) / steps);
        for (var i = 0L; i < t; i++) rate *= share;
        return rate;
    }

    /// <summary>Smith and Topin, arXiv 1708.07120: up and down along half cosines.</summary>
    public static double OneCycle(long t, double rate, long steps, double climb, double start, double end)
    {
        var (low, high, from, length) = t < climb * steps ? (start, 1.0, 0.0, climb * steps) : (end, 1.0, steps, -(1 - climb) * steps);
        if (t >= steps) return rate * end;

        // Seen from the low end of either branch: 0 there and 1 at the top.
        var height = (t - from) / length;
        return rate * (low + ((high - low) * Math.Pow(Math.Sin(Math.PI / 2 * height), 2)));
    }

    /// <summary>Smith, arXiv 1506.01186: one triangle of three points, with straight lines between them.</summary>
    public static double Triangular(long t, double rate, long steps, double peak, double start, double end)
    {
        var top = peak * steps;
        if (t >= steps) return rate * end;
        return rate * (t < top ? ((start * (top - t)) + t) / top : ((steps - t) + (end * (t - top))) / (steps - top));
    }

    /// <summary>Goyal et al., arXiv 1706.02677, section 2.2: before a schedule that begins with <c>first</c>.</summary>
    public static double Warmup(long t, double first, long warmup) => first * (t + 1) / warmup;
}
