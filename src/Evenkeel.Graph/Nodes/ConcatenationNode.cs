using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Tensors side by side along their channels.</summary>
public sealed class ConcatenationNode : Node
{
    /// <summary>Creates the concatenation.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="inputs">One or more <c>[N, F]</c> or <c>[N, H, W, C]</c> that differ in the channels at most.</param>
    /// <exception cref="GraphException">EK0101: there is no input, or they differ in more than the channels.</exception>
    public ConcatenationNode(string name, params ReadOnlySpan<Value> inputs)
        : base(name, inputs)
    {
        if (inputs.IsEmpty) throw GraphException.ShapeMismatch(name, "no input", "at least one", "Leave the concatenation out.");
        var (first, channels) = (inputs[0].Shape, 0);
        foreach (var input in inputs)
        {
            if (input.Shape is not { IsBatched: true, Rank: 2 or 4 } || !input.Shape.Sizes[..^1].SequenceEqual(first.Sizes[..^1]))
                throw GraphException.ShapeMismatch(name, string.Join(" and ", Inputs.Select(static value => value.Shape)), "tensors [N, F] or [N, H, W, C] that differ in the channels at most", "Pool, pad or stride all branches to one height and width.");
            channels = checked(channels + input.Shape.Channels);
        }

        Output = AddOutput(Shape.Batch([.. first.Sizes[..^1], channels]));
    }

    /// <summary>The inputs side by side, in order.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var channel = 0;
        for (var i = 0; i < Inputs.Length; i++)
        {
            var channels = Inputs[i].Shape.Channels;
            if (context.Needs(Inputs[i]))
                context.Add(Inputs[i], new SliceNode(FormattableString.Invariant($"{Name}.d_input{i}"), cotangent, ImageSlice.OfChannels(cotangent.Shape, channel, channels)).Output);
            channel += channels;
        }
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ConcatenationNode(Name, inputs.AsSpan());
}
