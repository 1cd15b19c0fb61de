namespace Evenkeel.Optimization.SecondOrder;

/// <summary>Limited-memory BFGS: the inverse Hessian from the last few changes of point and gradient, by the two-loop recursion, with a line search by the strong Wolfe conditions.</summary>
/// <remarks>Liu and Nocedal 1989; Nocedal and Wright, Algorithms 7.4 and 7.5. The recursion begins from <c>(s . y) / (y . y)</c> times the unit matrix; pairs of no positive curvature are left out.</remarks>
public sealed class Lbfgs : Minimizer
{
    // A pair whose curvature is rounding says nothing.
    private const double LeastCurvature = 1e-12;

    /// <summary>How many changes are remembered, at least 1. Default 10.</summary>
    /// <exception cref="OptimizationException">EK0801: below 1.</exception>
    public int History
    {
        get;
        init => field = value >= 1 ? value : throw OptimizationErrors.BadOption(nameof(Lbfgs), "history", value, "at least 1", "10 is usual.");
    } = 10;

    /// <inheritdoc/>
    private protected override DirectionFinder CreateFinder(LineSearch search, int length) => new Finder(History, length);

    private sealed class Finder(int history, int length) : DirectionFinder
    {
        private readonly List<(double[] S, double[] Y, double Rho)> _pairs = new(history);
        private readonly double[] _point = new double[length];
        private readonly double[] _gradient = new double[length];
        private readonly double[] _alpha = new double[history];
        private bool _hasBefore;

        public override double Find(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, Span<double> direction)
        {
            if (_hasBefore) Remember(point, gradient);
            point.CopyTo(_point);
            gradient.CopyTo(_gradient);
            _hasBefore = true;
            for (var i = 0; i < direction.Length; i++) direction[i] = -gradient[i];
            if (_pairs.Count == 0) return Math.Min(1, 1 / Math.Sqrt(Vector.Product(gradient, gradient)));
            for (var k = _pairs.Count - 1; k >= 0; k--)
            {
                var (s, y, rho) = _pairs[k];
                _alpha[k] = rho * Vector.Product(s, direction);
                Vector.Add(direction, -_alpha[k], y);
            }

            var newest = _pairs[^1];
            var scale = 1 / (newest.Rho * Vector.Product(newest.Y, newest.Y));
            for (var i = 0; i < direction.Length; i++) direction[i] *= scale;
            for (var k = 0; k < _pairs.Count; k++)
            {
                var (s, y, rho) = _pairs[k];
                Vector.Add(direction, _alpha[k] - (rho * Vector.Product(y, direction)), s);
            }

            return 1;
        }

        public override bool Forget()
        {
            var had = _pairs.Count > 0;
            _pairs.Clear();
            return had;
        }

        private void Remember(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient)
        {
            // The oldest pair's memory serves the newest.
            var (s, y) = _pairs.Count == history ? (_pairs[0].S, _pairs[0].Y) : (new double[length], new double[length]);
            if (_pairs.Count == history) _pairs.RemoveAt(0);
            for (var i = 0; i < length; i++) (s[i], y[i]) = (point[i] - _point[i], gradient[i] - _gradient[i]);
            var curvature = Vector.Product(s, y);
            if (curvature > LeastCurvature * Math.Sqrt(Vector.Product(s, s) * Vector.Product(y, y))) _pairs.Add((s, y, 1 / curvature));
        }
    }
}
