namespace Evenkeel.Graph.Normalization;

/// <summary>Batch Renormalization: a training step normalises as evaluation will, as far as its limits allow, <c>y = gamma ((x - mean_B) / sigma_B r + d) + beta</c>.</summary>
/// <remarks>
/// Ioffe, arXiv 1702.03275. <c>r = clip(sigma_B / sigma, 1/rmax, rmax)</c> and <c>d = clip((mean_B - mean) / sigma, -dmax, dmax)</c> are constants of the step, with the running mean and deviation below.
/// The limits open with the updates of the running statistics, so that a resumed run continues them.
/// </remarks>
public sealed record BatchRenormalization
{
    /// <summary>The paper's schedule.</summary>
    public static BatchRenormalization Default { get; } = new();

    /// <summary>rmax in the end, at least 1. Default 3.</summary>
    public float MaximumRatio { get; init; } = 3;

    /// <summary>dmax in the end, at least 0. Default 5.</summary>
    public float MaximumOffset { get; init; } = 5;

    /// <summary>So many updates are plain batch normalisation, rmax 1 and dmax 0. Default 5,000.</summary>
    public int PlainUpdates { get; init; } = 5000;

    /// <summary>rmax grows linearly until this update. Default 40,000.</summary>
    public int RatioUpdates { get; init; } = 40_000;

    /// <summary>dmax grows linearly until this update. Default 25,000.</summary>
    public int OffsetUpdates { get; init; } = 25_000;

    /// <summary>rmax and dmax after so many updates.</summary>
    public (double Ratio, double Offset) LimitsAt(long updates) =>
        (1 + ((MaximumRatio - 1) * Progress(updates, RatioUpdates)), MaximumOffset * Progress(updates, OffsetUpdates));

    /// <summary>Whether all numbers are in their ranges.</summary>
    internal bool IsValid => MaximumRatio >= 1 && float.IsFinite(MaximumRatio) && MaximumOffset >= 0 && float.IsFinite(MaximumOffset) && PlainUpdates >= 0 && RatioUpdates >= PlainUpdates && OffsetUpdates >= PlainUpdates;

    private double Progress(long updates, long end) => updates >= end ? 1 : updates <= PlainUpdates ? 0 : (double)(updates - PlainUpdates) / (end - PlainUpdates);
}
