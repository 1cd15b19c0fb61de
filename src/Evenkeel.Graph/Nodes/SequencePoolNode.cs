using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>What stands for a whole sequence.</summary>
public enum SequencePooling
{
    /// <summary>Its last step that is there.</summary>
    Last,

    /// <summary>The mean of the steps that are there.</summary>
    Mean,
}

/// <summary>One row per sequence: its last valid step, or the mean of all valid ones; zeros where no step is valid.</summary>
public sealed class SequencePoolNode : Node
{
    /// <summary>Creates the pooling.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, T, C]</c></param>
    /// <param name="mask"><c>[N, T]</c>, not 0 where a step is there; null where all are.</param>
    /// <param name="pooling">Which row.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit.</exception>
    public SequencePoolNode(string name, Value input, Value? mask, SequencePooling pooling)
        : base(name, [input, .. mask is null ? Array.Empty<Value>() : [mask]])
    {
        if (input.Shape is not { IsBatched: true, Rank: 3 } || (mask is not null && mask.Shape != Shape.Batch(input.Shape.Sizes[0])))
            throw GraphException.ShapeMismatch(name, $"input {input.Shape}{(mask is null ? "" : $" and a mask {mask.Shape}")}", "[N, T, C] and [N, T]", "Pool a sequence with a mask of as many steps.");
        Pooling = pooling;
        Output = AddOutput(Shape.Batch(input.Shape.Channels));
    }

    /// <summary>Which row.</summary>
    public SequencePooling Pooling { get; }

    /// <summary>The mask, or null.</summary>
    public Value? Mask => Inputs.Length > 1 ? Inputs[1] : null;

    /// <summary>The rows, <c>[N, C]</c>.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new SequencePoolBackwardNode($"{Name}.backward", cotangent, Mask, Inputs[0].Shape, Pooling).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new SequencePoolNode(Name, inputs[0], inputs.Length > 1 ? inputs[1] : null, Pooling);
}
