using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The mean over all elements of <c>max(0, 1 - t x)</c> for targets of -1 and 1, with its gradient from the same sweep.</summary>
public sealed class HingeNode : ElementLossNode
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="predictions"><c>[N, ...]</c></param>
    /// <param name="targets">Shaped as the predictions.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ.</exception>
    public HingeNode(string name, Value predictions, Value targets)
        : base(name, predictions, targets)
    {
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new HingeNode(Name, inputs[0], inputs[1]);
}
