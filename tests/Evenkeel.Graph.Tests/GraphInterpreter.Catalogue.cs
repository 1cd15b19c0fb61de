using Evenkeel.Graph.Nodes;
using Book = Evenkeel.Reference;

namespace Evenkeel.Graph.Tests;

/// <summary>The nodes of the catalogue: each line is what a node means.</summary>
internal sealed partial class GraphInterpreter
{
    private IEnumerable<(Value Value, double[] Numbers)>? Catalogue(Node node, double[][] x) => node switch
    {
        PreluNode prelu => [(prelu.Output, Book.Prelu.Forward(x[0], x[1]))],
        PreluBackwardNode backward => [(backward.Output, Book.Prelu.Backward(x[0], x[1], x[2]).X)],
        PreluSlopeNode parts => [(parts.Output, [.. x[0].Zip(x[1], static (dy, v) => dy * Math.Min(0, v))])],
        MaxoutNode maxout => [(maxout.Output, Book.Maxout.Forward(x[0], maxout.Pieces, maxout.Output.Shape.Channels))],
        MaxoutBackwardNode backward => [(backward.Output, Book.Maxout.Backward(x[0], x[1], backward.Pieces, backward.Output.Shape.Channels / backward.Pieces))],
        ElementLossNode loss => Loss(loss, BookOf(loss), x),
        SoftCrossEntropyNode loss => [
            (loss.Loss, [loss.Divergence ? Book.SoftCrossEntropy.Divergence(x[0], x[1], loss.Gradient.Shape.Channels) : Book.SoftCrossEntropy.Loss(x[0], x[1], loss.Gradient.Shape.Channels)]),
            (loss.Gradient, Book.SoftCrossEntropy.Gradient(x[0], x[1], loss.Gradient.Shape.Channels))],
        _ => null,
    };

    private static (Value Value, double[] Numbers)[] Loss(ElementLossNode node, Book.ElementLoss book, double[][] x) => [(node.Loss, [book.Loss(x[0], x[1])]), (node.Gradient, book.Gradient(x[0], x[1]))];

    private static Book.ElementLoss BookOf(ElementLossNode node) => node switch
    {
        MeanSquaredErrorNode => Book.ElementLoss.Squared,
        MeanAbsoluteErrorNode => Book.ElementLoss.Absolute,
        HuberNode => Book.ElementLoss.Huber(node.Parameter),
        BinaryCrossEntropyNode => Book.ElementLoss.Logistic,
        HingeNode => Book.ElementLoss.Hinge,
        _ => throw new NotSupportedException(node.ToString()),
    };
}
