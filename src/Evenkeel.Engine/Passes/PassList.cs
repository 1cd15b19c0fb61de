namespace Evenkeel.Engine.Passes;

/// <summary>All passes, in the order in which they run.</summary>
public static class PassList
{
    /// <summary>The passes over steps; merging regions and sharing memory follow them.</summary>
    public static IReadOnlyList<Pass> All { get; } = [new FuseBias(), new FuseActivation(), new FoldBatchNorm(), new FuseResidual(), new RecomputeNormalized(), new CutDepth()];

    /// <summary>Merging steps between joins into regions.</summary>
    public const string MergeRegions = "merge-regions";

    /// <summary>Taking samples that outgrow the second cache level by image rows, in chains that look at single pixels.</summary>
    public const string CutRows = "cut-rows";

    /// <summary>Giving values that live inside one block of one region memory of the worker that makes them.</summary>
    public const string KeepLocal = "keep-local";

    /// <summary>Letting element-wise results take over memory that nobody needs any more.</summary>
    public const string ReuseInPlace = "reuse-in-place";

    /// <summary>Every name that <see cref="PlanOptions.DisabledPasses"/> may hold.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(static pass => pass.Name), MergeRegions, CutRows, KeepLocal, ReuseInPlace];
}
