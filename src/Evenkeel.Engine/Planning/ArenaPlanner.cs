using Evenkeel.Engine.Execution;
using Evenkeel.Graph.Models;

namespace Evenkeel.Engine.Planning;

/// <summary>Gives every buffer of a run its place: buffers whose lives do not overlap may share memory.</summary>
/// <remarks>Lives are counted in regions. Large buffers are placed first, each at the lowest offset that is free during its life.</remarks>
internal static class ArenaPlanner
{
    /// <summary>Lets element-wise results take over the memory of what they were made from, where nobody reads that afterwards.</summary>
    public static void ReuseInPlace(IReadOnlyList<Region> regions, IReadOnlySet<PlanBuffer> results)
    {
        var lives = Lives(regions, results);
        for (var time = 0; time < regions.Count; time++)
        {
            foreach (var chain in regions[time].Chains)
            {
                for (var i = 0; i < chain.Count; i++)
                {
                    foreach (var written in chain[i].Writes.Select(static access => access.Buffer).ToArray())
                    {
                        if (chain[i].InPlaceSource(written) is not { } source) continue;
                        if (written.IsPinned || source.IsPinned || written.IsLocal || source.IsLocal || written.Root != written || source.Root == written.Root) continue;
                        if (results.Contains(source) || results.Contains(source.Root) || written.FloatsPerSample != source.Root.FloatsPerSample || written.FixedFloats != source.Root.FixedFloats) continue;
                        if (lives[source.Root].Last > time || lives[written].First < time || IsReadElsewhere(regions[time], chain, i, source)) continue;
                        written.ShareMemoryOf(source);
                        lives[source.Root] = (lives[source.Root].First, Math.Max(lives[source.Root].Last, lives[written].Last));
                    }
                }
            }
        }
    }

    /// <summary>Places all buffers and returns the arena's floats at the given count.</summary>
    public static long Place(IReadOnlyList<Region> regions, IReadOnlySet<PlanBuffer> results, int capacity)
    {
        var lives = Lives(regions, results);
        var placed = new List<(PlanBuffer Buffer, int First, int Last, long Start, long End)>();
        var total = 0L;
        foreach (var (buffer, (first, last)) in lives.Where(static life => !life.Key.IsPinned && !life.Key.IsLocal).OrderByDescending(life => life.Key.Floats(capacity)).ThenBy(static life => life.Value.First).ThenBy(static life => life.Key.Name, StringComparer.Ordinal))
        {
            var size = TensorLayout.Align(buffer.Floats(capacity));
            var start = 0L;
            foreach (var other in placed.Where(other => other.First <= last && first <= other.Last).OrderBy(static other => other.Start))
            {
                if (other.Start - start >= size) break;
                start = Math.Max(start, other.End);
            }

            buffer.Place(Segment.Arena, start);
            placed.Add((buffer, first, last, start, start + size));
            total = Math.Max(total, start + size);
        }

        return total;
    }

    private static bool IsReadElsewhere(Region region, IReadOnlyList<Step> chain, int position, PlanBuffer source)
    {
        foreach (var other in region.Chains)
        {
            for (var i = 0; i < other.Count; i++)
            {
                if ((!ReferenceEquals(other, chain) || i > position) && other[i].Reads.Concat(other[i].Writes).Any(access => access.Buffer.Root == source.Root)) return true;
                if (ReferenceEquals(other, chain) && i <= position && other[i].Reads.Any(access => access.Buffer.Root == source.Root && !access.IsAligned)) return true;
            }
        }

        return false;
    }

    private static Dictionary<PlanBuffer, (int First, int Last)> Lives(IReadOnlyList<Region> regions, IReadOnlySet<PlanBuffer> results)
    {
        var lives = new Dictionary<PlanBuffer, (int First, int Last)>(ReferenceEqualityComparer.Instance);
        for (var time = 0; time < regions.Count; time++)
        {
            foreach (var access in regions[time].Steps.SelectMany(static step => step.Reads.Concat(step.Writes)))
            {
                var root = access.Buffer.Root;
                lives[root] = lives.TryGetValue(root, out var life) ? (life.First, time) : (time, time);
            }
        }

        foreach (var result in results)
        {
            if (lives.TryGetValue(result.Root, out var life)) lives[result.Root] = (life.First, regions.Count);
        }

        return lives;
    }
}
