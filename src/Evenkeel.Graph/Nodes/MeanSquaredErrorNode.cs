using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The mean over all elements of <c>(x - t)^2</c>, with its gradient <c>2 (x - t) / elements</c> from the same sweep.</summary>
public sealed class MeanSquaredErrorNode : Node
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="predictions"><c>[N, ...]</c></param>
    /// <param name="targets">Shaped as the predictions.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ.</exception>
    public MeanSquaredErrorNode(string name, Value predictions, Value targets)
        : base(name, predictions, targets)
    {
        if (predictions.Shape != targets.Shape)
            throw GraphException.ShapeMismatch(name, $"predictions {predictions.Shape} and targets {targets.Shape}", "two equal shapes", "End the network with as many units as a target has values.");
        Loss = AddOutput(Shape.Scalar, "loss");
        Gradient = AddOutput(predictions.Shape, "gradient");
    }

    /// <summary>The mean loss.</summary>
    public Value Loss { get; }

    /// <summary>The gradient of the mean loss with respect to the predictions.</summary>
    public Value Gradient { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Loss) is { } cotangent) context.Add(Inputs[0], ScaleNode.Of($"{Name}.d_predictions", Gradient, cotangent));
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MeanSquaredErrorNode(Name, inputs[0], inputs[1]);
}
