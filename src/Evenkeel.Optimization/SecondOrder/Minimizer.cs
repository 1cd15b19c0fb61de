using System.Collections.Immutable;

namespace Evenkeel.Optimization.SecondOrder;

/// <summary>A function to make small, with its gradient. The same point must give the same numbers.</summary>
/// <param name="point">Where.</param>
/// <param name="gradient">Receives the gradient there, as many numbers.</param>
/// <returns>The function's value; what is not finite counts as too large.</returns>
public delegate double Objective(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>Why a minimisation ended.</summary>
public enum MinimizationEnd
{
    /// <summary>The gradient is as short as was asked for.</summary>
    Converged,

    /// <summary>As many iterations as were allowed have run.</summary>
    IterationLimit,

    /// <summary>No point along the direction is enough lower: what is left is rounding.</summary>
    NoDescent,
}

/// <summary>What a minimisation did.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Iterations">Points that it moved to.</param>
/// <param name="Evaluations">Evaluations of the function with its gradient.</param>
/// <param name="GradientNorm">The length of the last point's gradient.</param>
/// <param name="Values">The function at the first point and at every one moved to; it never rises.</param>
public sealed record MinimizationResult(MinimizationEnd End, int Iterations, int Evaluations, double GradientNorm, ImmutableArray<double> Values)
{
    /// <summary>The function at the last point.</summary>
    public double Value => Values[^1];
}

/// <summary>Minimises a function that is the same at every look, with line searches: for small problems and whole datasets, not for mini-batches.</summary>
/// <remarks>Everything is in double and in a fixed order. Instances are immutable options.</remarks>
public abstract class Minimizer
{
    /// <summary>The length of the gradient at which to end, above 0. Default 1e-5.</summary>
    /// <exception cref="OptimizationException">EK0801: not a finite number above 0.</exception>
    public double GradientTolerance
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw OptimizationErrors.BadOption(GetType().Name, "gradient tolerance", value, "a finite number above 0", "1e-5 is usual.");
    } = 1e-5;

    /// <summary>The most iterations, at least 1. Default 100.</summary>
    /// <exception cref="OptimizationException">EK0801: below 1.</exception>
    public int MostIterations
    {
        get;
        init => field = value >= 1 ? value : throw OptimizationErrors.BadOption(GetType().Name, "most iterations", value, "at least 1", "100 is usual.");
    } = 100;

    /// <summary>Moves a point downhill.</summary>
    /// <param name="objective">What to make small.</param>
    /// <param name="point">The first point; receives the last one.</param>
    /// <param name="cancellation">Ends between iterations.</param>
    /// <exception cref="OptimizationException">EK0660: value or gradient of the first point are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the point is the newest one.</exception>
    public MinimizationResult Minimize(Objective objective, Span<double> point, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var search = new LineSearch(objective, point.Length);
        var gradient = new double[point.Length];
        var value = search.Evaluate(point, gradient);
        if (!double.IsFinite(value) || !double.IsFinite(Vector.Product(gradient, gradient))) throw OptimizationErrors.NoStart(GetType().Name, value);
        var values = ImmutableArray.CreateBuilder<double>();
        values.Add(value);
        var direction = new double[point.Length];
        var finder = CreateFinder(search, point.Length);
        while (true)
        {
            var norm = Math.Sqrt(Vector.Product(gradient, gradient));
            var iterations = values.Count - 1;
            MinimizationResult Result(MinimizationEnd end) => new(end, iterations, search.Evaluations, norm, values.ToImmutable());
            if (norm <= GradientTolerance) return Result(MinimizationEnd.Converged);
            if (iterations == MostIterations) return Result(MinimizationEnd.IterationLimit);
            cancellation.ThrowIfCancellationRequested();
            var step = finder.Find(point, gradient, direction);
            if (!search.Run(point, direction, ref value, gradient, step))
            {
                // Straight down, once: curvature that rounding has spoilt is forgotten.
                if (!finder.Forget()) return Result(MinimizationEnd.NoDescent);
                for (var i = 0; i < direction.Length; i++) direction[i] = -gradient[i];
                if (!search.Run(point, direction, ref value, gradient, 1 / norm)) return Result(MinimizationEnd.NoDescent);
            }

            values.Add(value);
        }
    }

    /// <summary>Makes what chooses directions.</summary>
    private protected abstract DirectionFinder CreateFinder(LineSearch search, int length);
}

/// <summary>Chooses where to go from a point.</summary>
internal abstract class DirectionFinder
{
    /// <summary>Fills in a direction that leads downhill.</summary>
    /// <param name="point">The point.</param>
    /// <param name="gradient">The gradient there.</param>
    /// <param name="direction">Receives the direction.</param>
    /// <returns>The step to try first.</returns>
    public abstract double Find(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, Span<double> direction);

    /// <summary>Drops what was learnt of the curvature.</summary>
    /// <returns>Whether there was anything.</returns>
    public abstract bool Forget();
}

/// <summary>Arithmetic on points.</summary>
internal static class Vector
{
    /// <summary><c>a . b</c>, summed upward.</summary>
    public static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary><c>a += factor b</c>.</summary>
    public static void Add(Span<double> a, double factor, ReadOnlySpan<double> b)
    {
        for (var i = 0; i < a.Length; i++) a[i] += factor * b[i];
    }
}
