using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The mean over all elements of <c>|x - t|</c>, with its gradient <c>sign(x - t) / elements</c> from the same sweep.</summary>
public sealed class MeanAbsoluteErrorNode : ElementLossNode
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="predictions"><c>[N, ...]</c></param>
    /// <param name="targets">Shaped as the predictions.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ.</exception>
    public MeanAbsoluteErrorNode(string name, Value predictions, Value targets)
        : base(name, predictions, targets)
    {
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MeanAbsoluteErrorNode(Name, inputs[0], inputs[1]);
}
