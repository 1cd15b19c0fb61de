using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>A loss that compares each element with its target: the mean over all elements, with its gradient from the same sweep.</summary>
/// <remarks>For one of your own derive a sealed class, write the element's loss as a struct, and register a lowering that calls the engine's <c>ElementLossStep.Lower</c> with it.</remarks>
public abstract class ElementLossNode : Node
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="predictions"><c>[N, ...]</c></param>
    /// <param name="targets">Shaped as the predictions.</param>
    /// <param name="parameter">The loss' number, where it has one.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ.</exception>
    protected ElementLossNode(string name, Value predictions, Value targets, float parameter = 0)
        : base(name, predictions, targets)
    {
        if (predictions.Shape != targets.Shape)
            throw GraphException.ShapeMismatch(name, $"predictions {predictions.Shape} and targets {targets.Shape}", "two equal shapes", "End the network with as many units as a target has values.");
        Parameter = parameter;
        Loss = AddOutput(Shape.Scalar, "loss");
        Gradient = AddOutput(predictions.Shape, "gradient");
    }

    /// <summary>The loss' number, where it has one.</summary>
    public float Parameter { get; }

    /// <summary>The mean loss.</summary>
    public Value Loss { get; }

    /// <summary>The gradient of the mean loss with respect to the predictions.</summary>
    public Value Gradient { get; }

    /// <inheritdoc/>
    public sealed override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Loss) is { } cotangent) context.Add(Inputs[0], ScaleNode.Of($"{Name}.d_predictions", Gradient, cotangent));
    }
}
