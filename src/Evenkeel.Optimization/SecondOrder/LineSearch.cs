namespace Evenkeel.Optimization.SecondOrder;

/// <summary>Finds a step along a direction that fulfils the strong Wolfe conditions, <c>f(a) &lt;= f(0) + c1 a f'(0)</c> and <c>|f'(a)| &lt;= c2 |f'(0)|</c>.</summary>
/// <remarks>Nocedal and Wright, Numerical Optimization, Algorithms 3.5 and 3.6, with c1 = 1e-4 and c2 = 0.9; steps between two known ones are the minimum of a cubic, kept a tenth of the interval away from its ends.</remarks>
internal sealed class LineSearch(Objective objective, int length)
{
    private const double Decrease = 1e-4, Curvature = 0.9, Growth = 2, Margin = 0.1;

    private const int MostEvaluations = 40;

    private readonly double[] _trial = new double[length];
    private readonly double[] _gradient = new double[length];
    private readonly double[] _bestGradient = new double[length];

    /// <summary>Evaluations so far.</summary>
    public int Evaluations { get; private set; }

    private readonly record struct Place(double Step, double Value, double Slope);

    /// <summary>Evaluates the function.</summary>
    public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        Evaluations++;
        return objective(point, gradient);
    }

    /// <summary>Moves a point along a direction.</summary>
    /// <param name="point">Moved where a step is found, else as it was.</param>
    /// <param name="direction">Leads downhill.</param>
    /// <param name="value">The function at the point.</param>
    /// <param name="gradient">The gradient at the point.</param>
    /// <param name="first">The step to try first.</param>
    /// <returns>Whether a step was found.</returns>
    public bool Run(Span<double> point, ReadOnlySpan<double> direction, ref double value, Span<double> gradient, double first)
    {
        var start = new Place(0, value, Vector.Product(gradient, direction));
        if (!(start.Slope < 0)) return false;
        var (before, step) = (start, first);
        Place? found = null;
        for (var i = 0; i < MostEvaluations && found is null; i++)
        {
            var here = At(point, direction, step);
            if (!IsLower(here, start) || (i > 0 && here.Value >= before.Value)) found = Narrow(point, direction, start, before, here, MostEvaluations - i);
            else if (Math.Abs(here.Slope) <= Curvature * -start.Slope) found = Take(here);
            else if (here.Slope >= 0) found = Narrow(point, direction, start, Take(here), before, MostEvaluations - i);
            else (before, step) = (Take(here), Growth * step);
        }

        if (found is not { Step: > 0 } end || !IsLower(end, start)) return false;
        Vector.Add(point, end.Step, direction);
        value = end.Value;
        _bestGradient.CopyTo(gradient);
        return true;
    }

    /// <summary>Narrows an interval whose lower end is the best place so far, until the conditions hold or rounding is all that is left.</summary>
    private Place Narrow(ReadOnlySpan<double> point, ReadOnlySpan<double> direction, Place start, Place low, Place high, int evaluations)
    {
        for (var i = 0; i < evaluations && Math.Abs(high.Step - low.Step) > 1e-14 * Math.Max(low.Step, high.Step); i++)
        {
            var here = At(point, direction, Between(low, high));
            if (!IsLower(here, start) || here.Value >= low.Value)
            {
                high = here;
                continue;
            }

            Take(here);
            if (Math.Abs(here.Slope) <= Curvature * -start.Slope) return here;
            if (here.Slope * (high.Step - low.Step) >= 0) high = low;
            low = here;
        }

        return low;
    }

    /// <summary>Keeps the gradient of the newest place, the best one so far.</summary>
    private Place Take(Place place)
    {
        _gradient.CopyTo(_bestGradient, 0);
        return place;
    }

    private static bool IsLower(Place place, Place start) => double.IsFinite(place.Value) && double.IsFinite(place.Slope) && place.Value <= start.Value + (Decrease * place.Step * start.Slope);

    private static double Between(Place low, Place high)
    {
        var (from, to) = (low.Step, high.Step);
        var middle = (from + to) / 2;
        if (!double.IsFinite(high.Value) || !double.IsFinite(high.Slope)) return middle;
        var d1 = low.Slope + high.Slope - (3 * (low.Value - high.Value) / (from - to));
        var under = (d1 * d1) - (low.Slope * high.Slope);
        if (!(under >= 0)) return middle;
        var d2 = Math.CopySign(Math.Sqrt(under), to - from);
        var step = to - ((to - from) * ((high.Slope + d2 - d1) / (high.Slope - low.Slope + (2 * d2))));
        if (!double.IsFinite(step)) return middle;
        var (least, most) = (Math.Min(from, to), Math.Max(from, to));
        var margin = Margin * (most - least);
        return Math.Clamp(step, least + margin, most - margin);
    }

    private Place At(ReadOnlySpan<double> point, ReadOnlySpan<double> direction, double step)
    {
        for (var i = 0; i < _trial.Length; i++) _trial[i] = point[i] + (step * direction[i]);
        var value = Evaluate(_trial, _gradient);
        return new Place(step, value, Vector.Product(_gradient, direction));
    }
}
