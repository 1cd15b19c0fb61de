using Evenkeel.Lab.Experiments.Ioffe2015;

namespace Evenkeel.Lab.Experiments;

/// <summary>All experiments; a claim without one has not been run yet.</summary>
public static class ExperimentTable
{
    /// <summary>The experiments, paper by paper.</summary>
    public static IReadOnlyList<Experiment> All { get; } = [new MnistFigure()];
}
