using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The rectifier with a slope per channel: <c>y = x</c> where <c>x &gt; 0</c>, else <c>a[c] x</c>.</summary>
/// <remarks>He et al., arXiv 1502.01852, equations 1 and 3: <c>da[c] = sum dy min(0, x)</c>.</remarks>
public sealed class PreluNode : Node
{
    /// <summary>Creates the rectifier.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, ..., C]</c></param>
    /// <param name="slopes"><c>[C]</c></param>
    /// <exception cref="GraphException">EK0101: there is not one slope per channel.</exception>
    public PreluNode(string name, Value input, Value slopes)
        : base(name, input, slopes)
    {
        if (slopes.Shape != Shape.Of(input.Shape.Channels))
            throw GraphException.ShapeMismatch(name, $"slopes {slopes.Shape}", $"[{input.Shape.Channels}], one number per channel of {input.Shape}", "Give the slopes the size of the last dimension.");
        Output = AddOutput(input.Shape);
    }

    /// <summary>The result, shaped as the input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        if (context.Needs(Inputs[0])) context.Add(Inputs[0], new PreluBackwardNode($"{Name}.backward", cotangent, Inputs[0], Inputs[1]).Output);
        if (!context.Needs(Inputs[1])) return;
        var parts = new PreluSlopeNode($"{Name}.slope_parts", cotangent, Inputs[0]).Output;
        context.Add(Inputs[1], new ColumnSumNode($"{Name}.d_slope", parts).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new PreluNode(Name, inputs[0], inputs[1]);
}
