using Evenkeel.Graph.Nodes;
using Book = Evenkeel.Reference;

namespace Evenkeel.Graph.Tests;

/// <summary>The nodes of sequences.</summary>
internal sealed partial class GraphInterpreter
{
    private IEnumerable<(Value Value, double[] Numbers)> OverTime(Node node, double[][] x)
    {
        switch (node)
        {
            case RepeatNode repeat:
                return [(repeat.Output, [.. Enumerable.Repeat(x[0], repeat.Times).SelectMany(static copy => copy)])];
            case RepeatSumNode sum:
                var channels = sum.Output.Shape.Channels;
                return [(sum.Output, [.. Enumerable.Range(0, channels).Select(c => x[0].Where((_, i) => i % channels == c).Sum())])];
            case RecurrentNode recurrent:
                var run = Run(recurrent);
                return recurrent.Outputs.Select(value =>
                    value == recurrent.Output ? (value, run.Output)
                    : value == recurrent.LastHidden ? (value, run.LastHidden)
                    : value == recurrent.LastCell ? (value, run.LastMemory)
                    : value == recurrent.Previous ? (value, run.Previous)
                    : Unread(value));
            case RecurrentBackwardNode backward:
                var gradients = Run(backward.Forward).Backward(Of(backward.OutputCotangent), Of(backward.LastHiddenCotangent), Of(backward.LastCellCotangent));
                return ((Value?, double[])[])[
                    (backward.ProjectedCotangent, gradients.Projected), (backward.RecurrentCotangent, gradients.Recurrent), (backward.InitialHiddenCotangent, gradients.Hidden), (backward.InitialCellCotangent, gradients.Memory),
                    (backward.HiddenGammaCotangent, gradients.HiddenGamma), (backward.CellGammaCotangent, gradients.CellGamma), (backward.CellBetaCotangent, gradients.CellBeta)]
                    is var all ? all.Where(static pair => pair.Item1 is not null).Select(static pair => (pair.Item1!, pair.Item2)) : [];
            default:
                throw new NotSupportedException(node.ToString());
        }
    }

    private Book.Recurrent Run(RecurrentNode node)
    {
        var norm = node.Extras.Norm;
        return Book.Recurrent.Forward(Of(node.Projected)!, Of(node.Weight)!, new Book.RecurrentSettings(node.Cell.ToString().ToLowerInvariant(), node.Steps, node.Units)
        {
            Bias = Of(node.Extras.Bias),
            Hidden = Of(node.Extras.InitialHidden),
            Memory = Of(node.Extras.InitialCell),
            ByLayer = norm?.IsLayer,
            HiddenGamma = Of(norm?.HiddenGamma),
            CellGamma = Of(norm?.CellGamma),
            CellBeta = Of(norm?.CellBeta),
            Epsilon = norm?.Options.Epsilon ?? 0,
        }, count);
    }
}
