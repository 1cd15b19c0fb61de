using Evenkeel.Engine.Execution;

namespace Evenkeel.Engine.Planning;

/// <summary>Cuts the list of steps into regions: a step joins a region where its pieces need no join with what the region makes.</summary>
/// <remarks>
/// A step that depends on nothing in the region stands beside the other chains. A step that reads, piece by piece, what one chain makes
/// extends that chain, so a panel goes through product, statistics, normalisation and nonlinearity while it is in the first cache levels.
/// </remarks>
internal static class RegionBuilder
{
    public static List<Region> Build(IReadOnlyList<Step> steps, bool merge)
    {
        var regions = new List<Region>();
        foreach (var step in steps)
        {
            if (merge && step.Phases == 1 && TryJoin(regions, step)) continue;
            var region = new Region();
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
            var (dependence, chain) = Relation(regions[i], step);
            if (dependence == Dependence.None)
            {
                if (beside is null && regions[i].IsOpen) beside = regions[i];
                continue;
            }

            if (dependence == Dependence.Aligned && regions[i].IsOpen && regions[i].Chains[chain][0].Grid.AlignsWith(step.Grid))
            {
                regions[i].Append(chain, step);
                return true;
            }

            break;
        }

        beside?.AddChain(step);
        return beside is not null;
    }

    private static (Dependence Dependence, int Chain) Relation(Region region, Step step)
    {
        var chain = -1;
        for (var i = 0; i < region.Chains.Count; i++)
        {
            foreach (var other in region.Chains[i])
            {
                switch (Relation(other, step))
                {
                    case Dependence.None:
                        break;
                    case Dependence.Aligned when chain < 0 || chain == i:
                        chain = i;
                        break;
                    default:
                        return (Dependence.Full, -1);
                }
            }
        }

        return chain < 0 ? (Dependence.None, -1) : (Dependence.Aligned, chain);
    }

    private static Dependence Relation(Step before, Step after)
    {
        var dependence = Dependence.None;
        foreach (var (buffer, aligned) in Conflicts(before, after))
        {
            _ = buffer;
            if (!aligned) return Dependence.Full;
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
