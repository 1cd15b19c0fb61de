using Evenkeel.Engine.Execution;
using Evenkeel.Graph.Models;

namespace Evenkeel.Engine.Planning;

/// <summary>Gives values that only one chain of samples makes and reads memory of the worker, one block long: they are never written to the batch's memory.</summary>
/// <remarks>This is how a normalised activation between batch normalisation and a convolution, or a cotangent between two gradients, costs no memory and no bandwidth
/// (house rule: the pre-normalised tensor is the only saved one). Values whose lives inside the chain do not overlap share memory.</remarks>
internal static class LocalPlanner
{
    /// <summary>Places what can be local and returns the floats that a worker needs.</summary>
    public static long Place(IReadOnlyList<Region> regions, IReadOnlySet<PlanBuffer> results)
    {
        var homes = new Dictionary<PlanBuffer, IReadOnlyList<Step>?>(ReferenceEqualityComparer.Instance);
        foreach (var chain in regions.SelectMany(static region => region.Chains))
        {
            foreach (var (buffer, isAligned) in chain.SelectMany(static step => step.Reads.Concat(step.Writes)))
            {
                var root = buffer.Root;
                var fits = isAligned && chain[0].Grid.Kind == GridKind.Samples && !root.IsPinned && !results.Contains(root) && root.FloatsPerSample > 0;
                homes[root] = fits && (!homes.TryGetValue(root, out var home) || ReferenceEquals(home, chain)) ? chain : null;
            }
        }

        var most = 0L;
        foreach (var region in regions)
        {
            foreach (var chain in region.Chains)
            {
                var own = homes.Where(home => ReferenceEquals(home.Value, chain)).Select(static home => home.Key).ToArray();
                if (own.Length > 0) most = Math.Max(most, Place(chain, own, region.BlockOf(chain)));
            }
        }

        return most;
    }

    private static long Place(IReadOnlyList<Step> chain, IReadOnlyList<PlanBuffer> buffers, BlockCut block)
    {
        var placed = new List<(int First, int Last, long Start, long End)>();
        var total = 0L;
        foreach (var buffer in buffers)
        {
            var touching = Enumerable.Range(0, chain.Count).Where(i => chain[i].Reads.Concat(chain[i].Writes).Any(access => access.Buffer.Root == buffer)).ToArray();
            var (first, last) = (touching[0], touching[^1]);
            var size = TensorLayout.Align(block.Floats(buffer));
            var start = 0L;
            foreach (var other in placed.Where(other => other.First <= last && first <= other.Last).OrderBy(static other => other.Start))
            {
                if (other.Start - start >= size) break;
                start = Math.Max(start, other.End);
            }

            buffer.MakeLocal(start);
            placed.Add((first, last, start, start + size));
            total = Math.Max(total, start + size);
        }

        return total;
    }
}
