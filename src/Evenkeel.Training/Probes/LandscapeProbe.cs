using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Training.Diagnostics.Probing;

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
    private readonly Model _model;
    private readonly Model _copy;
    private readonly GradientPlan _plan;
    private readonly float[] _start;
    private readonly float[] _gradient;

    /// <summary>Compiles the probe; nothing of the model changes.</summary>
    /// <param name="model">The model to look at, at its values of each measurement.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="options">Capacity, threads, seed; those of the run for the same random numbers.</param>
    public LandscapeProbe(Model model, Loss loss, PlanOptions options)
    {
        (_model, _copy) = (model, ModelCopy.Of(model));
        _plan = GradientPlan.Compile(_copy, loss, options: options);
        (_start, _gradient) = (new float[_copy.Parameters.Length], new float[_copy.Parameters.Length]);
    }

    /// <summary>Input memory for the probe.</summary>
    public BatchSlot CreateSlot() => _plan.CreateSlot();

    /// <summary>Measures at the model's present values.</summary>
    /// <param name="slot">The batch.</param>
    /// <param name="lengths">Step lengths in units of the gradient, above 0: multiples of the learning rate as a rule.</param>
    /// <param name="attempt">Indexes the random streams. Default 0.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel.</exception>
    public LandscapePoint Measure(BatchSlot slot, ReadOnlySpan<float> lengths, long attempt = 0)
    {
        _copy.Parameters.CopyFrom(_model.Parameters);
        _copy.States.CopyFrom(_model.States);
        _copy.Parameters.Span.CopyTo(_start);
        _plan.Attempt = attempt;
        var here = _plan.Run(slot);
        _plan.Gradients.Span.CopyTo(_gradient);
        var norm = here.GradientNorm;
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity, least = double.PositiveInfinity, largest = 0, beta = 0;
        foreach (var length in lengths)
        {
            ParameterWalk.Step(_copy.Parameters.Span, _start, _gradient, length);
            var loss = ParameterWalk.Finite(_plan.Run(slot).Loss);
            var change = ParameterWalk.Finite(ParameterWalk.Distance(_plan.Gradients.Span, _gradient));
            (lowest, highest) = (Math.Min(lowest, loss), Math.Max(highest, loss));
            (least, largest) = (Math.Min(least, change), Math.Max(largest, change));
            if (norm > 0) beta = Math.Max(beta, change / (length * norm));
        }

        return new(here.Loss, norm, lowest, highest, least, largest, beta);
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _plan.Dispose();
}
