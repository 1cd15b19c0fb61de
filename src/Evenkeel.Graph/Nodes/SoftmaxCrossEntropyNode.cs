using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The mean over the batch of <c>-log softmax(x)[label]</c>, with its gradient <c>(softmax(x) - onehot) / N</c> from the same sweep; label smoothing counts in training plans alone.</summary>
public sealed class SoftmaxCrossEntropyNode : Node
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="logits"><c>[N, classes]</c></param>
    /// <param name="labels"><c>[N]</c>, integers from 0 to classes - 1.</param>
    /// <param name="labelSmoothing">The share of the target that all classes divide evenly, in [0, 1). Default 0.</param>
    /// <exception cref="GraphException">EK0101: the shapes are not those. EK0105: the smoothing is out of its range.</exception>
    public SoftmaxCrossEntropyNode(string name, Value logits, Value labels, float labelSmoothing = 0)
        : base(name, logits, labels)
    {
        if (labelSmoothing is not (>= 0 and < 1)) throw GraphException.BadOption(name, $"label smoothing {labelSmoothing.ToString(CultureInfo.InvariantCulture)}", "a number in [0, 1)", "0.1 is usual.");
        if (logits.Shape is not { IsBatched: true, Rank: 2 } || labels.Shape != Shape.Batch() || labels.Producer is not InputNode { Elements: ElementKind.Integer })
            throw GraphException.ShapeMismatch(name, $"logits {logits.Shape} and labels {labels.Shape}", "logits [N, classes] and integer labels [N]", "End the network with a Dense layer of one unit per class.");
        Loss = AddOutput(Shape.Scalar, "loss");
        Gradient = AddOutput(logits.Shape, "gradient");
        Correct = AddOutput(Shape.Scalar, "correct");
        LabelSmoothing = labelSmoothing;
    }

    /// <summary>The share of the target that all classes divide evenly; an evaluation plan takes none.</summary>
    public float LabelSmoothing { get; }

    /// <summary>The mean loss, in nats.</summary>
    public Value Loss { get; }

    /// <summary>The gradient of the mean loss with respect to the logits.</summary>
    public Value Gradient { get; }

    /// <summary>How many samples have their largest logit at the label.</summary>
    public Value Correct { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Loss) is { } cotangent) context.Add(Inputs[0], ScaleNode.Of($"{Name}.d_logits", Gradient, cotangent));
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new SoftmaxCrossEntropyNode(Name, inputs[0], inputs[1], LabelSmoothing);
}
