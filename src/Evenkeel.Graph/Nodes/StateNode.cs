using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>A tensor that a commit changes but no gradient moves, for example running statistics.</summary>
public sealed class StateNode : Node
{
    /// <summary>Creates the state.</summary>
    /// <param name="name">Its name in checkpoints, for example <c>hidden1.bn.running_mean</c>.</param>
    /// <param name="shape">Its shape, not batched.</param>
    /// <param name="initializer">What fills it at the start.</param>
    public StateNode(string name, Shape shape, Initializer initializer)
        : base(name)
    {
        Initializer = initializer;
        Output = AddOutput(shape);
    }

    /// <summary>What fills it at the start.</summary>
    public Initializer Initializer { get; }

    /// <summary>The tensor.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => this;
}
