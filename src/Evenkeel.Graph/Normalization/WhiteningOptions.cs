namespace Evenkeel.Graph.Normalization;

/// <summary>How channels are decorrelated.</summary>
public sealed record WhiteningOptions
{
    /// <summary>Groups of 16, five iterations.</summary>
    public static WhiteningOptions Default { get; } = new();

    /// <summary>How many neighbouring channels are decorrelated among themselves, at least 1; the last group may be smaller. Default 16, as in arXiv 1804.08450: a batch must be larger, and time grows with the cube.</summary>
    public int GroupSize { get; init; } = 16;

    /// <summary>Newton-Schulz iterations, 1 to 20. Default 5, as in arXiv 1904.03441; more whiten directions of small variance too, and beyond 20 rounding grows in them.</summary>
    public int Iterations { get; init; } = 5;

    /// <summary>Added to the variances, above 0. Default 1e-5.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>How the running matrix follows. Default as that of batch normalisation.</summary>
    public RunningAverage RunningAverage { get; init; } = BatchNormOptions.Default.RunningAverage;

    /// <summary>Whether every number is in its range.</summary>
    public bool IsValid => GroupSize >= 1 && Iterations is >= 1 and <= 20 && Epsilon > 0 && float.IsFinite(Epsilon);
}
