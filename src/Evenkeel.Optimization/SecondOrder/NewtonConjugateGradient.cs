namespace Evenkeel.Optimization.SecondOrder;

/// <summary>Newton's method without a Hessian: every direction solves <c>H p = -g</c> by conjugate gradients, with products <c>H v = (g(x + h v) - g(x - h v)) / 2h</c>, two gradients each.</summary>
/// <remarks>
/// Nocedal and Wright, Algorithm 7.1 with the line search of 3.5: conjugate gradients end at <c>min(1/2, sqrt|g|) |g|</c>, or at a direction of negative curvature, which they do not follow, so that every step leads downhill and saddles do not attract.
/// On a quadratic whose system is solved to the end, one step reaches the minimum.
/// </remarks>
public sealed class NewtonConjugateGradient : Minimizer
{
    /// <summary>The most products with the Hessian per direction, at least 1. Default 100.</summary>
    /// <exception cref="OptimizationException">EK0801: below 1.</exception>
    public int MostProducts
    {
        get;
        init => field = value >= 1 ? value : throw OptimizationErrors.BadOption(nameof(NewtonConjugateGradient), "most products", value, "at least 1", "100 is usual.");
    } = 100;

    /// <summary>The length of h v beside that of the point and one, above 0. Default 1e-3, which suits gradients of seven digits; 1e-5 suits those of sixteen.</summary>
    /// <exception cref="OptimizationException">EK0801: not a finite number above 0.</exception>
    public double DifferenceStep
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw OptimizationErrors.BadOption(nameof(NewtonConjugateGradient), "difference step", value, "a finite number above 0", "1e-3 suits gradients of seven digits.");
    } = 1e-3;

    /// <inheritdoc/>
    private protected override DirectionFinder CreateFinder(LineSearch search, int length) => new Finder(this, search, length);

    private sealed class Finder(NewtonConjugateGradient options, LineSearch search, int length) : DirectionFinder
    {
        private readonly double[] _residual = new double[length];
        private readonly double[] _conjugate = new double[length];
        private readonly double[] _product = new double[length];
        private readonly double[] _shifted = new double[length];
        private readonly double[] _behind = new double[length];

        public override double Find(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, Span<double> direction)
        {
            direction.Clear();
            gradient.CopyTo(_residual);
            for (var i = 0; i < length; i++) _conjugate[i] = -gradient[i];
            var square = Vector.Product(gradient, gradient);
            var norm = Math.Sqrt(square);
            var end = Math.Min(0.5, Math.Sqrt(norm)) * norm;
            for (var k = 0; k < options.MostProducts; k++)
            {
                Multiply(point);
                var curvature = Vector.Product(_conjugate, _product);
                if (!(curvature > 1e-12 * Vector.Product(_conjugate, _conjugate)))
                {
                    // Straight down where the first look already bends downward; else as far as the system was solved.
                    if (k == 0) _conjugate.CopyTo(direction);
                    break;
                }

                var step = square / curvature;
                Vector.Add(direction, step, _conjugate);
                Vector.Add(_residual, step, _product);
                var next = Vector.Product(_residual, _residual);
                if (Math.Sqrt(next) <= end) break;
                for (var i = 0; i < length; i++) _conjugate[i] = -_residual[i] + (next / square * _conjugate[i]);
                square = next;
            }

            return 1;
        }

        public override bool Forget() => true;

        /// <summary>The Hessian times the conjugate direction.</summary>
        private void Multiply(ReadOnlySpan<double> point)
        {
            var h = options.DifferenceStep * (1 + Math.Sqrt(Vector.Product(point, point))) / Math.Sqrt(Vector.Product(_conjugate, _conjugate));
            for (var i = 0; i < length; i++) _shifted[i] = point[i] + (h * _conjugate[i]);
            search.Evaluate(_shifted, _product);
            for (var i = 0; i < length; i++) _shifted[i] = point[i] - (h * _conjugate[i]);
            search.Evaluate(_shifted, _behind);
            for (var i = 0; i < length; i++) _product[i] = (_product[i] - _behind[i]) / (2 * h);
        }
    }
}
