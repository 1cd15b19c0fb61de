using Evenkeel.Lab.Experiments;

namespace Evenkeel.Lab.Claims;

/// <summary>All claims of the notes, C01 to C77, and those of the papers that the notes do not have, each with an experiment.</summary>
public static class Ledger
{
    /// <summary>The claims: those of the notes by number, then the papers' by name.</summary>
    public static IReadOnlyList<Claim> All { get; } =
    [
        .. ExperimentTable.All.Select(static experiment => experiment.Claim)
            .OrderBy(static claim => IsOfNotes(claim) ? 0 : 1).ThenBy(static claim => claim.Id, StringComparer.Ordinal),
    ];

    /// <summary>Whether a claim is one of C01 to C77.</summary>
    /// <param name="claim">The claim.</param>
    public static bool IsOfNotes(Claim claim) => claim.Id.Length == 3 && claim.Id[0] == 'C';

    /// <summary>What runs a claim.</summary>
    /// <param name="claim">A claim of <see cref="All"/>.</param>
    public static Experiment ExperimentOf(Claim claim) => ExperimentTable.All.First(experiment => experiment.Claim.Id == claim.Id);

    /// <summary>The claims that a word of the command line means.</summary>
    /// <param name="selector">A claim's id, a name such as <c>ioffe2015/mnist</c>, a paper, a topic, or <c>all</c>.</param>
    /// <exception cref="LabException">EK0701: it means none; the message names the one that was probably meant.</exception>
    public static IReadOnlyList<Claim> Select(string selector)
    {
        var meant = All.Where(claim => claim.IsMeantBy(selector)).ToArray();
        if (meant.Length > 0) return meant;
        var known = All.SelectMany(static claim => (string[])[claim.Id, claim.Name, claim.Paper, claim.Topic]).Where(static name => name.Length > 0).Distinct().Append("all");
        throw LabErrors.UnknownClaim(selector, known);
    }

    /// <summary>The experiments that a word of the command line means, in the ledger's order.</summary>
    /// <param name="selector">As for <see cref="Select"/>.</param>
    /// <exception cref="LabException">EK0701: it means no claim.</exception>
    public static IReadOnlyList<Experiment> SelectExperiments(string selector) => [.. Select(selector).Select(ExperimentOf)];
}
