using Evenkeel.Lab.Experiments.Ioffe2015;

namespace Evenkeel.Lab.Experiments;

/// <summary>All experiments; a claim without one has not been run yet.</summary>
public static class ExperimentTable
{
    /// <summary>The experiments, paper by paper.</summary>
    public static IReadOnlyList<Experiment> All { get; } = [new MnistFigure()];

    /// <summary>The experiments that a word of the command line means.</summary>
    /// <param name="selector">A claim's id, a name such as <c>ioffe2015/mnist</c>, a paper, a topic, or <c>all</c>.</param>
    /// <exception cref="LabException">EK0701: it means none; the message names the one that was probably meant.</exception>
    public static IReadOnlyList<Experiment> Select(string selector)
    {
        var meant = All.Where(experiment => experiment.Claim.IsMeantBy(selector)).ToArray();
        return meant.Length > 0 ? meant : throw LabErrors.UnknownClaim(selector, All.SelectMany(static experiment => (string[])[experiment.Claim.Id, experiment.Claim.Name, experiment.Claim.Paper, experiment.Claim.Topic]).Where(static name => name.Length > 0).Distinct().Append("all"));
    }
}
