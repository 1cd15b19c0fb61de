using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The mean over all elements of <c>r^2 / 2</c> where <c>|r| &lt;= delta</c>, else <c>delta (|r| - delta / 2)</c>, with <c>r = x - t</c>, and its gradient from the same sweep.</summary>
public sealed class HuberNode : ElementLossNode
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="predictions"><c>[N, ...]</c></param>
    /// <param name="targets">Shaped as the predictions.</param>
    /// <param name="delta">Where the square becomes a line, above 0.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ. EK0105: delta is not above 0.</exception>
    public HuberNode(string name, Value predictions, Value targets, float delta)
        : base(name, predictions, targets, delta)
    {
        if (!(delta > 0 && float.IsFinite(delta))) throw GraphException.BadOption(name, $"delta {delta}", "a finite number above 0", "The default is 1.");
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new HuberNode(Name, inputs[0], inputs[1], Parameter);
}
