using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="SequencePoolNode"/>: the cotangent goes to the steps that were pooled.</summary>
public sealed class SequencePoolBackwardNode : Node
{
    /// <summary>Creates the adjoint.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent"><c>[N, C]</c></param>
    /// <param name="mask"><c>[N, T]</c>, or null.</param>
    /// <param name="shape">The shape of the sequence.</param>
    /// <param name="pooling">Which row was taken.</param>
    public SequencePoolBackwardNode(string name, Value cotangent, Value? mask, Shape shape, SequencePooling pooling)
        : base(name, [cotangent, .. mask is null ? Array.Empty<Value>() : [mask]])
    {
        Pooling = pooling;
        Output = AddOutput(shape);
    }

    /// <summary>Which row was taken.</summary>
    public SequencePooling Pooling { get; }

    /// <summary>The mask, or null.</summary>
    public Value? Mask => Inputs.Length > 1 ? Inputs[1] : null;

    /// <summary>The cotangent of the sequence.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new SequencePoolBackwardNode(Name, inputs[0], inputs.Length > 1 ? inputs[1] : null, Output.Shape, Pooling);
}
