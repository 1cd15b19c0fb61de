using Evenkeel.Lab.Claims;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments;

/// <summary>What an experiment found.</summary>
/// <param name="Verdict">How the claim came out.</param>
/// <param name="Findings">The parts of the criterion.</param>
/// <param name="Seeds">How many seeds the verdict rests on.</param>
/// <param name="Lesson">What a reader should take from it.</param>
public sealed record Outcome(ExperimentVerdict Verdict, IReadOnlyList<Finding> Findings, int Seeds, string Lesson)
{
    /// <summary>Numbers that a reader should see first.</summary>
    public IReadOnlyList<KeyNumber> KeyNumbers { get; init; } = [];

    /// <summary>The plots and tables, in the order of the page.</summary>
    public IReadOnlyList<PageSection> Evidence { get; init; } = [];

    /// <summary>Settings and counts that let others make it again.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>What was seen, in a line.</summary>
    public string Observed => string.Join("; ", Findings.Select(static finding => $"{finding.Name}: {finding.Observed}"));

    /// <summary>The outcome by the usual rule. A smoke run of something that is trained carries no verdict.</summary>
    /// <param name="context">The run's context.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="lesson">What a reader should take from it.</param>
    public static Outcome Of(ExperimentContext context, Claim claim, IReadOnlyList<Finding> findings, string lesson)
    {
        var isUntrained = context.Budget == Budget.Smoke && !claim.Datasets.IsEmpty;
        return new(isUntrained ? ExperimentVerdict.Inconclusive : Conclude(findings), findings, context.Seeds(claim), isUntrained ? "This was a smoke run: it shows that the experiment runs, and nothing else." : lesson);
    }

    /// <summary>The usual rule: every finding that carries the claim holds, or none does, or some do; one that cannot tell leaves all open. A finding beside them that fails makes confirmed conditional.</summary>
    /// <param name="findings">The findings.</param>
    public static ExperimentVerdict Conclude(IReadOnlyList<Finding> findings)
    {
        var carrying = findings.Where(static finding => finding.Carries).ToArray();
        if (carrying.Length == 0 || carrying.Any(static finding => finding.Holds is null)) return ExperimentVerdict.Inconclusive;
        if (carrying.All(static finding => finding.Holds == false)) return ExperimentVerdict.Refuted;
        var all = carrying.All(static finding => finding.Holds == true) && findings.All(static finding => finding.Carries || finding.Holds != false);
        return all ? ExperimentVerdict.Confirmed : ExperimentVerdict.Conditional;
    }
}
