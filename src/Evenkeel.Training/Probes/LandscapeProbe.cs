using Evenkeel.Engine;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Probes;

/// <summary>What the loss does along the gradient of one batch.</summary>
/// <param name="Loss">The loss where the model stands.</param>
/// <param name="GradientNorm">The length of the gradient there.</param>
/// <param name="LowestLoss">The smallest loss over the steps.</param>
/// <param name="HighestLoss">The largest loss over the steps; infinite where one was not finite.</param>
/// <param name="LeastGradientChange">The smallest distance of a gradient to the first one.</param>
/// <param name="LargestGradientChange">The largest distance; infinite where a gradient was not finite.</param>
/// <param name="Smoothness">Effective beta: the largest distance of gradients over distance of points. Its inverse bounds a rate at which the gradient can be trusted.</param>
public readonly record struct LandscapePoint(double Loss, double GradientNorm, double LowestLoss, double HighestLoss, double LeastGradientChange, double LargestGradientChange, double Smoothness)
{
    /// <summary>How far the loss ranges over the steps.</summary>
    public double LossRange => HighestLoss - LowestLoss;
}

/// <summary>Walks from a model along the gradient of a batch and measures how loss and gradient change: range of the loss, predictiveness of the gradient, effective smoothness.</summary>
/// <remarks>
/// Santurkar et al., arXiv 1805.11604, section 3.1 and appendix A.2.2: with <c>g = grad L(theta)</c> and step lengths eta, the range of <c>L(theta - eta g)</c>, the range of <c>|grad L(theta - eta g) - g|</c>,
/// and <c>beta = max |grad L(theta - eta g) - g| / (eta |g|)</c>; the same batch with its own statistics everywhere. It works on a copy, so a run beside it keeps its bits. One thread at a time may use a probe.
/// </remarks>
public sealed class LandscapeProbe : IDisposable
{
    private readonly ProbeCopy _copy;
    private readonly float[] _gradient;

    /// <summary>Compiles the probe; nothing of the model changes.</summary>
    /// <param name="model">The model to look at, at its values of each measurement.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="options">Capacity, threads, seed; those of the run for the same random numbers.</param>
    public LandscapeProbe(Model model, Loss loss, PlanOptions options)
    {
        _copy = new ProbeCopy(model, loss, options);
        _gradient = new float[_copy.Start.Length];
    }

    /// <summary>Input memory for the probe.</summary>
    public BatchSlot CreateSlot() => _copy.Plan.CreateSlot();

    /// <summary>Measures at the model's present values.</summary>
    /// <param name="slot">The batch.</param>
    /// <param name="lengths">Step lengths in units of the gradient, above 0: multiples of the learning rate as a rule.</param>
    /// <param name="attempt">Indexes the random streams. Default 0.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel.</exception>
    public LandscapePoint Measure(BatchSlot slot, ReadOnlySpan<float> lengths, long attempt = 0)
    {
        _copy.Begin(attempt);
        var here = _copy.Plan.Run(slot);
        _copy.Plan.Gradients.Span.CopyTo(_gradient);
        var norm = here.GradientNorm;
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity, least = double.PositiveInfinity, largest = 0, beta = 0;
        foreach (var length in lengths)
        {
            ParameterWalk.Step(_copy.Model.Parameters.Span, _copy.Start, _gradient, length);
            var loss = ParameterWalk.Finite(_copy.Plan.Run(slot).Loss);
            var change = ParameterWalk.Finite(ParameterWalk.Distance(_copy.Plan.Gradients.Span, _gradient));
            (lowest, highest) = (Math.Min(lowest, loss), Math.Max(highest, loss));
            (least, largest) = (Math.Min(least, change), Math.Max(largest, change));
            if (norm > 0) beta = Math.Max(beta, change / (length * norm));
        }

        return new(here.Loss, norm, lowest, highest, least, largest, beta);
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _copy.Dispose();
}
