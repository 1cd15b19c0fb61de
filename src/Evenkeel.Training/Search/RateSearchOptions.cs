namespace Evenkeel.Training.Search;

/// <summary>How a <see cref="LearningRateFinder"/> ramps.</summary>
public sealed record RateSearchOptions
{
    /// <summary>The first learning rate, above 0. Default 1e-5.</summary>
    public double Lowest { get; init; } = 1e-5;

    /// <summary>The last learning rate, above <see cref="Lowest"/>. Default 10.</summary>
    public double Highest { get; init; } = 10;

    /// <summary>Steps of the ramp, at least 10. Default 200: some 14 per halving of the range.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>About how many steps the smoothed loss averages over, at least 1. Default a twentieth of the steps.</summary>
    public int? Span { get; init; }

    internal void Check()
    {
        if (!(Lowest > 0) || !double.IsFinite(Lowest)) throw TrainingErrors.BadOption("RateSearchOptions.Lowest", Lowest, "a number above 0", "1e-5 is usual.");
        if (!(Highest > Lowest) || !double.IsFinite(Highest)) throw TrainingErrors.BadOption("RateSearchOptions.Highest", Highest, TrainingErrors.Invariant($"a number above {Lowest}"), "10 is usual.");
        if (Steps < 10) throw TrainingErrors.BadOption("RateSearchOptions.Steps", Steps, "at least 10", "200 are usual.");
        if (Span < 1) throw TrainingErrors.BadOption("RateSearchOptions.Span", Span, "at least 1", "Leave it out for a twentieth of the steps.");
    }
}
