using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Execution;

/// <summary>How sweeps over trained parameters and their gradients are cut: a function of the parameters' shapes.</summary>
/// <remarks>
/// Pieces stand in the order of their place inside their tensor, first halves before second ones. A team gives contiguous shares to its threads,
/// so a thread updates those rows of every weight matrix whose gradient it made and which it will read forward: the lines stay in its own caches.
/// </remarks>
internal static class ParameterPieces
{
    /// <summary>A tensor is cut into pieces of at most so many floats.</summary>
    private const int MostFloats = 8 * 1024;

    /// <summary>The pieces; none mixes parameters of different kinds.</summary>
    public static (long Start, int Count, TKind Kind)[] Of<TKind>(Model model, Func<ParameterNode, TKind> kind)
        where TKind : IEquatable<TKind>
    {
        var pieces = new List<(double Place, long Start, int Count, TKind Kind)>();
        foreach (var (start, floats, shared) in Runs(model, kind))
        {
            var count = 1L;
            while (floats > count * MostFloats) count *= 2;
            for (var i = 0L; i < count; i++)
            {
                var first = TensorLayout.Align(floats * i / count);
                var end = TensorLayout.Align(floats * (i + 1) / count);
                pieces.Add(((i + 0.5) / count, start + first, (int)(end - first), shared));
            }
        }

        return [.. pieces.OrderBy(static piece => piece.Place).Select(static piece => (piece.Start, piece.Count, piece.Kind))];
    }

    /// <summary>Small neighbours of one kind make one run; a tensor that does not fit into a piece stands alone.</summary>
    private static IEnumerable<(long Start, long Floats, TKind Kind)> Runs<TKind>(Model model, Func<ParameterNode, TKind> kind)
        where TKind : IEquatable<TKind>
    {
        (long Start, long Floats, TKind Kind)? run = null;
        foreach (var node in model.ParameterNodes.Where(static node => node.IsTrainable))
        {
            var (start, floats, own) = (model.Parameters[node.Name].Offset, TensorLayout.Align(model.Parameters[node.Name].Length), kind(node));
            if (run is { } last)
            {
                if (last.Start + last.Floats == start && last.Floats + floats <= MostFloats && last.Kind.Equals(own))
                {
                    run = last with { Floats = last.Floats + floats };
                    continue;
                }

                yield return last;
            }

            run = (start, floats, own);
        }

        if (run is { } end) yield return end;
    }
}
