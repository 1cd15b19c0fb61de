using Evenkeel.Graph.Nodes;

namespace Evenkeel.Graph.Models;

/// <summary>What training makes small: builds a scalar from a model's output and a target input.</summary>
public abstract class Loss
{
    /// <summary>The loss' name in configurations and listings.</summary>
    public abstract string Name { get; }

    /// <summary>Builds the loss behind <paramref name="output"/>.</summary>
    public abstract LossTerms Apply(Value output);
}

/// <summary>What a loss adds to a graph.</summary>
/// <param name="Target">The input that carries class labels <c>[N]</c> or target values.</param>
/// <param name="Loss">The mean loss of the batch, <c>[]</c>.</param>
/// <param name="Correct">How many samples were classified rightly, <c>[]</c>, where that has a meaning.</param>
public sealed record LossTerms(InputNode Target, Value Loss, Value? Correct = null);
