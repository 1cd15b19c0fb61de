using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The mean over all elements of <c>(x - t)^2</c>, with its gradient <c>2 (x - t) / elements</c> from the same sweep.</summary>
public sealed class MeanSquaredErrorNode : ElementLossNode
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="predictions"><c>[N, ...]</c></param>
    /// <param name="targets">Shaped as the predictions.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ.</exception>
    public MeanSquaredErrorNode(string name, Value predictions, Value targets)
        : base(name, predictions, targets)
    {
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MeanSquaredErrorNode(Name, inputs[0], inputs[1]);
}
