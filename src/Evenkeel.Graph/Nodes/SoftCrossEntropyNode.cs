using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The mean over the batch of <c>-sum_j t_j log softmax(x)_j</c> for target distributions t, with its gradient <c>(softmax(x) sum t - t) / N</c> from the same sweep; optionally less the targets' own entropy.</summary>
public sealed class SoftCrossEntropyNode : Node
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="logits"><c>[N, classes]</c></param>
    /// <param name="targets"><c>[N, classes]</c>, numbers from 0 on that usually sum to 1.</param>
    /// <param name="divergence">Whether the targets' entropy is taken off, which makes the loss 0 where the network is right: the divergence of Kullback and Leibler. The gradient is the same.</param>
    /// <exception cref="GraphException">EK0101: the shapes are not those.</exception>
    public SoftCrossEntropyNode(string name, Value logits, Value targets, bool divergence = false)
        : base(name, logits, targets)
    {
        if (logits.Shape is not { IsBatched: true, Rank: 2 } || targets.Shape != logits.Shape)
            throw GraphException.ShapeMismatch(name, $"logits {logits.Shape} and targets {targets.Shape}", "logits and targets [N, classes]", "End the network with a Dense layer of one unit per class, and hand in a distribution per sample.");
        Divergence = divergence;
        Loss = AddOutput(Shape.Scalar, "loss");
        Gradient = AddOutput(logits.Shape, "gradient");
    }

    /// <summary>Whether the targets' entropy is taken off.</summary>
    public bool Divergence { get; }

    /// <summary>The mean loss, in nats.</summary>
    public Value Loss { get; }

    /// <summary>The gradient of the mean loss with respect to the logits.</summary>
    public Value Gradient { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Loss) is { } cotangent) context.Add(Inputs[0], ScaleNode.Of($"{Name}.d_logits", Gradient, cotangent));
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new SoftCrossEntropyNode(Name, inputs[0], inputs[1], Divergence);
}
