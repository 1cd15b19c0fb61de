using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;

namespace Evenkeel.Graph.Nodes;

/// <summary>Adds one number per channel: <c>y[n, c] = x[n, c] + b[c]</c>.</summary>
public sealed class BiasAddNode : Node
{
    /// <summary>Creates the sum.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, ..., C]</c></param>
    /// <param name="bias"><c>[C]</c></param>
    /// <param name="dropIfCancelled">Whether the bias goes away where only batch normalisation with batch statistics follows, which subtracts it again.</param>
    /// <exception cref="GraphException">EK0101: the bias does not have one number per channel.</exception>
    public BiasAddNode(string name, Value input, Value bias, bool dropIfCancelled = false)
        : base(name, input, bias)
    {
        if (bias.Shape != Shapes.Shape.Of(input.Shape.Channels))
            throw GraphException.ShapeMismatch(name, $"bias {bias.Shape}", $"[{input.Shape.Channels}], one number per channel of {input.Shape}", "Give the bias the size of the last dimension.");
        DropIfCancelled = dropIfCancelled;
        Output = AddOutput(input.Shape);
    }

    /// <summary>Whether the bias goes away where batch normalisation subtracts it again.</summary>
    public bool DropIfCancelled { get; }

    /// <summary>The sum, shaped as the input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        context.Add(Inputs[0], cotangent);
        if (context.Needs(Inputs[1])) context.Add(Inputs[1], new ColumnSumNode($"{Name}.d_bias", cotangent).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new BiasAddNode(Name, inputs[0], inputs[1], DropIfCancelled);
}
