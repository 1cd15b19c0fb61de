using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;

namespace Evenkeel.Graph.Nodes;

/// <summary>A nonlinearity behind dropped weights: in training <c>y = g(x)</c>; in evaluation its mean over what training would have put in, matched by a normal distribution, <c>y = E[g(x + sqrt(s v) z)]</c>.</summary>
/// <remarks>Wan et al., ICML 2013, section 4.1.</remarks>
public sealed class ExpectedActivationNode : Node
{
    /// <summary>Creates the nonlinearity.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="variance">v, shaped as x; only evaluation reads it.</param>
    /// <param name="activation">Its name in the table of activations.</param>
    /// <param name="spread">s, at least 0.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ.</exception>
    public ExpectedActivationNode(string name, Value input, Value variance, string activation, float spread)
        : base(name, input, variance)
    {
        if (variance.Shape != input.Shape) throw GraphException.ShapeMismatch(name, $"{input.Shape} and variances {variance.Shape}", "two equal shapes", "Give every number its variance.");
        (Activation, Spread) = (activation, spread);
        Output = AddOutput(input.Shape);
    }

    /// <summary>The nonlinearity's name in the table of activations.</summary>
    public string Activation { get; }

    /// <summary>What variances are multiplied by.</summary>
    public float Spread { get; }

    /// <summary>The result.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new ActivationBackwardNode($"{Name}.backward", cotangent, Inputs[0], Output, Activation).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ExpectedActivationNode(Name, inputs[0], inputs[1], Activation, Spread);
}
