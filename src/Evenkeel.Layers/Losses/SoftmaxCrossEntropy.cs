using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers.Losses;

/// <summary>For classes: the mean of <c>-log softmax(logits)[label]</c>, in nats. The network ends in logits <c>[N, classes]</c>, without a softmax of its own.</summary>
public sealed class SoftmaxCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "softmax_cross_entropy";

    /// <summary>The share of the target that all classes divide evenly while training, in [0, 1): the target is <c>(1 - e) onehot + e / classes</c>. Default 0; 0.1 is usual. Validation and test measure the plain loss.</summary>
    /// <remarks>Szegedy et al., arXiv 1512.00567, section 7.</remarks>
    /// <exception cref="LayerException">EK0120: outside [0, 1).</exception>
    public float LabelSmoothing
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw LayerErrors.BadOption(nameof(SoftmaxCrossEntropy), "label smoothing", value, "a number in [0, 1)", "0.1 is usual.");
    }

    /// <inheritdoc/>
    /// <exception cref="Evenkeel.Graph.GraphException">EK0101: the output is not <c>[N, classes]</c>.</exception>
    public override LossTerms Apply(Value output)
    {
        var labels = new InputNode("labels", Shape.Batch(), ElementKind.Integer);
        var loss = new SoftmaxCrossEntropyNode("loss", output, labels.Output, LabelSmoothing);
        return new LossTerms(labels, loss.Loss, loss.Correct);
    }

    /// <inheritdoc/>
    public override string ToString() => LabelSmoothing == 0 ? Name : FormattableString.Invariant($"{Name}(label smoothing {LabelSmoothing})");
}
