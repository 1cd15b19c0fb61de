using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>A trained tensor: optimizers move it.</summary>
public sealed class ParameterNode : Node
{
    /// <summary>Creates the parameter.</summary>
    /// <param name="name">Its name in checkpoints, for example <c>hidden1.weight</c>.</param>
    /// <param name="shape">Its shape, not batched.</param>
    /// <param name="initializer">What fills it at the start.</param>
    /// <param name="decays">Whether weight decay applies: by default to weights of products, never to gamma, beta and biases.</param>
    /// <param name="isTrainable">Whether optimizers move it.</param>
    public ParameterNode(string name, Shape shape, Initializer initializer, bool decays, bool isTrainable = true)
        : base(name)
    {
        Initializer = initializer;
        Decays = decays;
        IsTrainable = isTrainable;
        Output = AddOutput(shape);
    }

    /// <summary>What fills it at the start.</summary>
    public Initializer Initializer { get; }

    /// <summary>Whether weight decay applies.</summary>
    public bool Decays { get; }

    /// <summary>Whether optimizers move it.</summary>
    public bool IsTrainable { get; }

    /// <summary>The tensor.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => this;
}
