using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>A state that a plan carries from one run to the next, row by row of its batches: zero at first, then what the run before ended with. No gradient flows into it (truncated backpropagation through time).</summary>
/// <remarks>It stands for h or c before the first step of a <see cref="RecurrentNode"/>; a commit of a training step, and every run of an evaluation, moves it to the state after the last step.</remarks>
public sealed class CarriedNode : Node
{
    /// <summary>Creates the state.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="shape">Its shape, batched.</param>
    public CarriedNode(string name, Shape shape)
        : base(name) => Output = AddOutput(shape);

    /// <summary>The state before the first step.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => this;
}
