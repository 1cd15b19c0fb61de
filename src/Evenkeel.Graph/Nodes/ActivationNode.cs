using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;

namespace Evenkeel.Graph.Nodes;

/// <summary>An element-wise nonlinearity, <c>y = g(x)</c>.</summary>
public sealed class ActivationNode : Node
{
    /// <summary>Creates the nonlinearity.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="activation">Its name in the table of activations, for example <c>relu</c>.</param>
    public ActivationNode(string name, Value input, string activation)
        : base(name, input)
    {
        Activation = activation;
        Output = AddOutput(input.Shape);
    }

    /// <summary>The nonlinearity's name in the table of activations.</summary>
    public string Activation { get; }

    /// <summary>The result, shaped as the input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new ActivationBackwardNode($"{Name}.backward", cotangent, this).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ActivationNode(Name, inputs[0], Activation);
}
