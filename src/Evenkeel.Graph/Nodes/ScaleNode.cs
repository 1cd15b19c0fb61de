using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>A tensor times one number that is itself computed: <c>y = s x</c>.</summary>
public sealed class ScaleNode : Node
{
    /// <summary>Creates the product.</summary>
    /// <param name="name">Names the node in messages and listings.</param>
    /// <param name="input">x, of any shape.</param>
    /// <param name="factor">s, a single number <c>[]</c>.</param>
    /// <exception cref="GraphException">EK0101: the factor is no scalar.</exception>
    public ScaleNode(string name, Value input, Value factor)
        : base(name, input, factor)
    {
        if (factor.Shape != Shape.Scalar)
            throw GraphException.ShapeMismatch(name, $"factor {factor.Shape}", "a single number []", "Use an element-wise product for tensors.");
        Output = AddOutput(input.Shape);
    }

    /// <summary>The product, shaped as the input.</summary>
    public Value Output { get; }

    /// <summary><c>s x</c>, or x itself where s is known to be 1.</summary>
    public static Value Of(string name, Value input, Value factor) => factor.Producer is OneNode ? input : new ScaleNode(name, input, factor).Output;

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        if (context.Needs(Inputs[1])) throw GraphException.NoAdjoint(Name, "a scale's factor");
        context.Add(Inputs[0], Of($"{Name}.d_input", cotangent, Inputs[1]));
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ScaleNode(Name, inputs[0], inputs[1]);
}
