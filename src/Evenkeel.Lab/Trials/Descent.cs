using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Lab.Trials;

/// <summary>Runs one of the library's optimizers on a function whose gradient the caller gives: quadratics, saddles, noise.</summary>
internal sealed unsafe class Descent : IDisposable
{
    private readonly UpdateSweeper _sweeper;
    private readonly NativeBuffer _parameters;
    private readonly NativeBuffer _gradients;
    private readonly NativeBuffer _slots;
    private readonly int _length;
    private readonly int _stride;
    private long _commit;

    /// <param name="method">The optimizer.</param>
    /// <param name="start">Where it begins.</param>
    public Descent(UpdateMethod method, ReadOnlySpan<float> start)
    {
        _length = start.Length;
        _stride = (int)TensorLayout.Align(_length);
        _sweeper = method.CreateSweeper(PackWidths.Widest);
        _parameters = new NativeBuffer(_stride);
        _gradients = new NativeBuffer(_stride);
        _slots = new NativeBuffer((long)_stride * Math.Max(1, method.Slots.Length));
        start.CopyTo(_parameters.Span);
    }

    /// <summary>Where it is.</summary>
    public Span<float> Point => _parameters.Span[.._length];

    /// <summary>What the optimizer remembers first, for example the velocity.</summary>
    public Span<float> FirstSlot => _slots.Span[.._length];

    /// <summary>Takes one step.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="gradient">Fills in the gradient at a point.</param>
    public void Step(float rate, GradientAt gradient)
    {
        gradient(Point, _gradients.Span[.._length]);
        _sweeper.Begin(_commit++, rate);
        var range = new UpdateRange(_parameters.Pointer, _gradients.Pointer, _slots.Pointer, _stride, 0, _stride);
        _sweeper.Run(in range, decays: true);
        _sweeper.Follow(in range);
    }

    /// <summary>How many steps bring the distance from 0 to a share of the first one; the limit where none does.</summary>
    public int StepsTo(double share, float rate, GradientAt gradient, int limit)
    {
        var bar = share * Norm(Point);
        for (var step = 1; step <= limit; step++)
        {
            Step(rate, gradient);
            if (Norm(Point) <= bar) return step;
        }

        return limit;
    }

    /// <summary>The gradient of <c>1/2 sum h_i w_i^2</c>.</summary>
    public static GradientAt Quadratic(params float[] curvatures) => (point, gradient) =>
    {
        for (var i = 0; i < point.Length; i++) gradient[i] = curvatures[i] * point[i];
    };

    public static double Norm(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _gradients.Dispose();
        _slots.Dispose();
    }

    public delegate void GradientAt(ReadOnlySpan<float> point, Span<float> gradient);
}
