namespace Evenkeel.Training.Search.Tuning;

/// <summary>How much a parameter alone says about the result.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Share">0 to 1.</param>
public readonly record struct ParameterImportance(string Name, double Share)
{
    private const int MostGroups = 8;
    private const int LeastTrials = 8;

    /// <summary>Measures all parameters over the complete trials, most important first.</summary>
    /// <remarks>
    /// The trials' ranks, so that a diverged trial counts as the last and no more, are put into groups by the parameter's value: its choices, or up to eight equal parts of its range.
    /// The share is omega squared, <c>(between - (g - 1) within) / (total + within)</c> with the sum of squares between g groups, the mean square within them and the total sum of squares; below 0 it counts as 0.
    /// </remarks>
    /// <param name="space">The parameters.</param>
    /// <param name="trials">The trials; fewer than eight complete ones give nothing.</param>
    public static IReadOnlyList<ParameterImportance> Measure(SearchSpace space, IReadOnlyList<StudyTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(trials);
        var complete = trials.Where(static trial => trial.State == TrialState.Complete).OrderBy(static trial => trial.Value).ThenBy(static trial => trial.Number).ToArray();
        if (complete.Length < LeastTrials) return [];
        return [.. space.Parameters.Select((parameter, index) => new ParameterImportance(parameter.Name, ShareOf(complete, trial => Group(parameter, trial.Values[index], complete.Length)))).OrderByDescending(static item => item.Share)];
    }

    private static int Group(SearchParameter parameter, double value, int trials)
    {
        if (parameter.IsChoice) return (int)value;
        var groups = Math.Min(MostGroups, (int)Math.Sqrt(trials));
        return Math.Min(groups - 1, (int)(parameter.ToUnit(value) * groups));
    }

    private static double ShareOf(StudyTrial[] ranked, Func<StudyTrial, int> group)
    {
        var mean = (ranked.Length - 1) / 2.0;
        double total = 0, between = 0;
        for (var rank = 0; rank < ranked.Length; rank++) total += (rank - mean) * (rank - mean);
        var groups = ranked.Select((trial, rank) => (Group: group(trial), Rank: rank)).GroupBy(static item => item.Group).ToArray();
        foreach (var one in groups) between += one.Count() * Math.Pow(one.Average(static item => item.Rank) - mean, 2);
        if (groups.Length < 2 || groups.Length >= ranked.Length) return 0;
        var within = (total - between) / (ranked.Length - groups.Length);
        return Math.Max(0, (between - ((groups.Length - 1) * within)) / (total + within));
    }
}
