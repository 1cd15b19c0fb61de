using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Training.Probes;

/// <summary>The loss over a plane through a model's weights.</summary>
/// <param name="Steps">The coordinates along both directions, rising, 0 in the middle.</param>
/// <param name="Losses">The loss at <c>[second, first]</c>; infinite where it was not finite.</param>
public sealed record LossSurface(IReadOnlyList<double> Steps, IReadOnlyList<IReadOnlyList<double>> Losses)
{
    /// <summary>The loss where the model stands.</summary>
    public double Center => Losses[Steps.Count / 2][Steps.Count / 2];
}

/// <summary>Cuts a plane through the loss of one batch, along two random directions whose filters are as long as the weights' own.</summary>
/// <remarks>
/// Li et al., arXiv 1712.09913, section 4: <c>L(w + a d + b e)</c>, with normal d and e of which every filter is scaled to <c>d_ij |w_ij| / |d_ij|</c>. Without that, a network that does not care for the scale of its weights looks flat or sharp by that scale alone.
/// Biases, gamma and beta stay as they are. Batch normalisation uses the batch's statistics, as in training. It works on a copy, so a run beside it keeps its bits. A point costs a gradient run. One thread at a time may use a probe.
/// </remarks>
public sealed class SurfaceProbe : IDisposable
{
    private readonly ProbeCopy _copy;
    private readonly float[] _row;

    /// <summary>Compiles the probe; nothing of the model changes.</summary>
    /// <param name="model">The model to look at, at its values of each measurement.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="options">Capacity, threads, seed; those of the run for the same random numbers.</param>
    public SurfaceProbe(Model model, Loss loss, PlanOptions options)
    {
        _copy = new ProbeCopy(model, loss, options);
        _row = new float[_copy.Start.Length];
    }

    /// <summary>Input memory for the probe.</summary>
    public BatchSlot CreateSlot() => _copy.Plan.CreateSlot();

    /// <summary>Measures at the model's present values.</summary>
    /// <param name="slot">The batch.</param>
    /// <param name="points">Points along each direction, odd, from 3 on. Default 21.</param>
    /// <param name="reach">The largest coordinate, above 0: at 1 each filter has moved by its own length. Default 1.</param>
    /// <param name="seed">Draws the directions; surfaces of one seed lie in one plane as far as the models agree. Default 0.</param>
    /// <param name="attempt">Indexes the random streams. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The points are even or fewer than 3, or the reach is not above 0.</exception>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel.</exception>
    public LossSurface Measure(BatchSlot slot, int points = 21, double reach = 1, ulong seed = 0, long attempt = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 3);
        if (points % 2 == 0) throw new ArgumentOutOfRangeException(nameof(points), points, "An even number of points has none in the middle.");
        if (!(reach > 0 && double.IsFinite(reach))) throw new ArgumentOutOfRangeException(nameof(reach), reach, "The reach is a finite number above 0.");
        _copy.Begin(attempt);
        var (first, second) = (Direction(seed, "first"), Direction(seed, "second"));
        double[] steps = [.. Enumerable.Range(0, points).Select(i => reach * ((2.0 * i) - (points - 1)) / (points - 1))];
        var losses = steps.Select(along =>
        {
            ParameterWalk.Step(_row, _copy.Start, second, -(float)along);
            return (IReadOnlyList<double>)[.. steps.Select(across =>
            {
                ParameterWalk.Step(_copy.Model.Parameters.Span, _row, first, -(float)across);
                return ParameterWalk.Finite(_copy.Plan.Run(slot).Loss);
            })];
        }).ToArray();
        return new LossSurface(steps, losses);
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _copy.Dispose();

    /// <summary>Normal numbers, every filter as long as the weights'. A filter is what makes one output: the last dimension counts them.</summary>
    private float[] Direction(ulong seed, string name)
    {
        var direction = new float[_copy.Start.Length];
        foreach (var node in _copy.Model.ParameterNodes.Where(static node => node is { IsTrainable: true, Decays: true }))
        {
            var tensor = _copy.Model.Parameters[node.Name];
            var own = direction.AsSpan((int)tensor.Offset, tensor.Length);
            var weights = tensor.Span;
            var filters = tensor.Shape.Channels;
            new RandomStream(seed, $"surface {name} {node.Name}").FillNormal(own);
            for (var filter = 0; filter < filters; filter++)
            {
                var (weight, length) = (0.0, 0.0);
                for (var i = filter; i < own.Length; i += filters)
                {
                    weight += (double)weights[i] * weights[i];
                    length += (double)own[i] * own[i];
                }

                var factor = length > 0 ? (float)Math.Sqrt(weight / length) : 0;
                for (var i = filter; i < own.Length; i += filters) own[i] *= factor;
            }
        }

        return direction;
    }
}
