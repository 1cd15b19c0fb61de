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
        _ => null,
    };
}
