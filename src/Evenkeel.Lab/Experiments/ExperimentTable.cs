using Evenkeel.Lab.Experiments.Ioffe2015;

namespace Evenkeel.Lab.Experiments;

/// <summary>All experiments by their ids.</summary>
public static class ExperimentTable
{
    /// <summary>The experiments, paper by paper.</summary>
    public static IReadOnlyList<Experiment> All { get; } = [new MnistFigure()];

    /// <summary>The experiment of an id.</summary>
    /// <param name="id">For example <c>ioffe2015/mnist</c>.</param>
    /// <exception cref="LabException">EK0701: there is none; the message names the one that was probably meant.</exception>
    public static Experiment Get(string id) =>
        All.FirstOrDefault(experiment => experiment.Id == id) ?? throw LabErrors.UnknownExperiment(id, All.Select(static experiment => experiment.Id));
}
