using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Training.Probes;

/// <summary>The sharpest curvature of the loss of one batch.</summary>
/// <param name="Eigenvalue">The eigenvalue of the Hessian that is largest in magnitude, with its sign; a step of plain descent is stable along it up to a rate of 2 over it.</param>
/// <param name="Iterations">Products with the Hessian that it took.</param>
/// <param name="Change">How much of the eigenvalue the last product changed: what is left to converge.</param>
public readonly record struct HessianPoint(double Eigenvalue, int Iterations, double Change);

/// <summary>Finds the largest eigenvalue of the loss's Hessian at a batch by power iteration.</summary>
/// <remarks>
/// <c>v = H v / |H v|</c> until the Rayleigh quotient <c>v H v</c> stands still. The product is a central difference of gradients, <c>H v = (g(w + h v) - g(w - h v)) / 2h</c>: two gradient runs each, and nothing of the model has to be twice differentiable;
/// its error is of the order of h^2 and of rounding over h. Batch normalisation uses the batch's statistics throughout. It works on a copy, so a run beside it keeps its bits. Edge of stability: Cohen et al., arXiv 2103.00065. One thread at a time may use a probe.
/// </remarks>
public sealed class HessianProbe : IDisposable
{
    // Of all weights' length: with gradients of seven digits, rounding and curvature of third order then cost about a thousandth each.
    private const double StepShare = 1e-3;

    private readonly ProbeCopy _copy;
    private readonly float[] _direction;
    private readonly float[] _forward;
    private readonly double[] _product;

    /// <summary>Compiles the probe; nothing of the model changes.</summary>
    /// <param name="model">The model to look at, at its values of each measurement.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="options">Capacity, threads, seed; those of the run for the same random numbers. The seed also draws the first direction.</param>
    public HessianProbe(Model model, Loss loss, PlanOptions options)
    {
        _copy = new ProbeCopy(model, loss, options);
        var length = _copy.Start.Length;
        (_direction, _forward, _product) = (new float[length], new float[length], new double[length]);
        foreach (var node in _copy.Model.ParameterNodes.Where(static node => node.IsTrainable))
        {
            var (tensor, random) = (_copy.Model.Parameters[node.Name], new RandomStream(options.Seed, $"hessian {node.Name}"));
            for (var i = 0; i < tensor.Length; i++) _direction[tensor.Offset + i] = (random.Word((ulong)i) & 1) == 0 ? 1 : -1;
        }
    }

    /// <summary>Input memory for the probe.</summary>
    public BatchSlot CreateSlot() => _copy.Plan.CreateSlot();

    /// <summary>Measures at the model's present values. It begins with the direction that the last measurement ended with, so that watching a run takes few iterations.</summary>
    /// <param name="slot">The batch.</param>
    /// <param name="iterations">The most products with the Hessian, at least 1. Default 30.</param>
    /// <param name="tolerance">Ends when a product changes the eigenvalue by less than this share of it. Default 0.001.</param>
    /// <param name="attempt">Indexes the random streams. Default 0.</param>
    /// <returns>The eigenvalue; NaN where a gradient was not finite.</returns>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel.</exception>
    public HessianPoint Measure(BatchSlot slot, int iterations = 30, double tolerance = 1e-3, long attempt = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        _copy.Begin(attempt);
        var weights = Math.Sqrt(ParameterWalk.Product(_copy.Start, _copy.Start));
        var step = StepShare * (weights > 0 ? weights : 1);
        var (eigenvalue, change) = (0.0, double.PositiveInfinity);
        for (var i = 1; i <= iterations; i++)
        {
            var length = Math.Sqrt(ParameterWalk.Product(_direction, _direction));
            var shift = (float)(step / length);
            ParameterWalk.Step(_copy.Model.Parameters.Span, _copy.Start, _direction, -shift);
            _copy.Plan.Run(slot);
            _copy.Plan.Gradients.Span.CopyTo(_forward);
            ParameterWalk.Step(_copy.Model.Parameters.Span, _copy.Start, _direction, shift);
            _copy.Plan.Run(slot);
            var backward = _copy.Plan.Gradients.Span;
            var (along, norm) = (0.0, 0.0);
            for (var k = 0; k < _product.Length; k++)
            {
                _product[k] = ((double)_forward[k] - backward[k]) / (2 * shift * length);
                along += _product[k] * _direction[k] / length;
                norm += _product[k] * _product[k];
            }

            if (!double.IsFinite(norm)) return new(double.NaN, i, double.NaN);
            change = Math.Abs(along - eigenvalue) / Math.Max(Math.Abs(along), double.Epsilon);
            eigenvalue = along;
            if (norm == 0) return new(0, i, 0);
            norm = Math.Sqrt(norm);
            for (var k = 0; k < _product.Length; k++) _direction[k] = (float)(_product[k] / norm);
            if (change < tolerance) return new(eigenvalue, i, change);
        }

        return new(eigenvalue, iterations, change);
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _copy.Dispose();
}
