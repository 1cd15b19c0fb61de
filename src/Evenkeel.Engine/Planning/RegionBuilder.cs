using Evenkeel.Engine.Execution;

namespace Evenkeel.Engine.Planning;

/// <summary>Cuts the list of steps into regions: a step joins a region where its pieces need no join with what the region makes.</summary>
/// <remarks>
/// A step that depends on nothing in the region stands beside the other chains. A step that reads, piece by piece, what one chain makes
/// extends that chain, so a panel goes through product, statistics, normalisation and nonlinearity while it is in the first cache levels.
/// Steps of one piece follow each other without a join, but rather stand beside newer work, which the other threads take meanwhile.
/// </remarks>
internal static class RegionBuilder
{
    public static List<Region> Build(IReadOnlyList<Step> steps, bool merge, bool cutRows)
    {
        var regions = new List<Region>();
        foreach (var step in steps)
        {
            if (merge && step.Phases == 1 && TryJoin(regions, step)) continue;
            var region = new Region { CutsRows = cutRows };
            region.AddChain(step);
            regions.Add(region);
        }

        return regions;
    }

    /// <summary>Looks from the newest region back, as far as nothing in between has to do with the step: extending a chain is best, standing beside chains second.</summary>
    private static bool TryJoin(List<Region> regions, Step step)
    {
        Region? beside = null;
        for (var i = regions.Count - 1; i >= 0; i--)
        {
            if (Related(regions[i], step) is not { } chains) break;
            if (chains.Count == 0)
            {
                if (beside is null && regions[i].IsOpen) beside = regions[i];
                continue;
            }

            if (beside is not null && step.Grid.Kind == GridKind.Single) break;
            if (!regions[i].IsOpen || !chains.All(chain => regions[i].Chains[chain][0].Grid.AlignsWith(step.Grid))) break;
            regions[i].Append(regions[i].Unite(chains), step);
            return true;
        }

        beside?.AddChain(step);
        return beside is not null;
    }

    /// <summary>The chains of a region that a step must follow piece by piece; null where it must wait for the whole region.</summary>
    private static List<int>? Related(Region region, Step step)
    {
        var chains = new List<int>();
        for (var i = 0; i < region.Chains.Count; i++)
        {
            foreach (var other in region.Chains[i])
            {
                switch (Relation(other, step))
                {
                    case Dependence.None:
                        break;
                    case Dependence.Aligned:
                        if (!chains.Contains(i)) chains.Add(i);
                        break;
                    default:
                        return null;
                }
            }
        }

        return chains;
    }

    private static Dependence Relation(Step before, Step after)
    {
        var dependence = Dependence.None;
        foreach (var (buffer, aligned) in Conflicts(before, after))
        {
            _ = buffer;
            if (!aligned && !(before.Grid.Kind == GridKind.Single && after.Grid.Kind == GridKind.Single)) return Dependence.Full;
            dependence = Dependence.Aligned;
        }

        return dependence;
    }

    /// <summary>Buffers that one writes and the other touches.</summary>
    private static IEnumerable<(PlanBuffer Buffer, bool Aligned)> Conflicts(Step before, Step after)
    {
        foreach (var written in before.Writes)
        {
            foreach (var touched in after.Reads.Concat(after.Writes))
            {
                if (ReferenceEquals(written.Buffer.Root, touched.Buffer.Root)) yield return (touched.Buffer, written.IsAligned && touched.IsAligned);
            }
        }

        foreach (var read in before.Reads)
        {
            foreach (var written in after.Writes)
            {
                if (ReferenceEquals(read.Buffer.Root, written.Buffer.Root)) yield return (written.Buffer, read.IsAligned && written.IsAligned);
            }
        }
    }

    private enum Dependence
    {
        None,
        Aligned,
        Full,
    }
}
