using System.Collections.Immutable;
using Evenkeel.Records.RunLog;

namespace Evenkeel.Training.Diagnostics;

/// <summary>How a training run went: what its log says of steps, epochs and validations, in order.</summary>
public sealed record TrainingCurve
{
    /// <summary>The logged steps. Default none.</summary>
    public ImmutableArray<StepEvent> Steps { get; init; } = [];

    /// <summary>The ends of epochs. Default none.</summary>
    public ImmutableArray<EpochEvent> Epochs { get; init; } = [];

    /// <summary>The passes over held-out samples. Default none.</summary>
    public ImmutableArray<ValidationEvent> Validations { get; init; } = [];

    /// <summary>Whether the run went to its end; a run under way has no last word on its learning rate. Default true.</summary>
    public bool IsFinished { get; init; } = true;

    /// <summary>The curve of a run log.</summary>
    /// <param name="history">The log.</param>
    public static TrainingCurve Of(RunHistory history) => new()
    {
        Steps = [.. history.Steps],
        Epochs = [.. history.Epochs],
        Validations = [.. history.Validations],
        IsFinished = history.Finished is not null,
    };
}
