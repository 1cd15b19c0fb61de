namespace Evenkeel.Records.RunLog;

/// <summary>What a run log says, by kind of event; steps that a resumed run took again are there once.</summary>
public sealed class RunHistory
{
    internal List<StepEvent> StepList { get; } = [];

    internal List<EpochEvent> EpochList { get; } = [];

    internal List<ValidationEvent> ValidationList { get; } = [];

    internal List<CheckpointEvent> CheckpointList { get; } = [];

    internal List<WarningEvent> WarningList { get; } = [];

    internal List<ResumedEvent> ResumedList { get; } = [];

    /// <summary>The first line; null if the log is empty or its only line is cut.</summary>
    public RunStartedEvent? Started { get; internal set; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<StepEvent> Steps => StepList;

    /// <summary>The ends of epochs, in order.</summary>
    public IReadOnlyList<EpochEvent> Epochs => EpochList;

    /// <summary>The passes over the validation samples, in order.</summary>
    public IReadOnlyList<ValidationEvent> Validations => ValidationList;

    /// <summary>The checkpoints, in order.</summary>
    public IReadOnlyList<CheckpointEvent> Checkpoints => CheckpointList;

    /// <summary>The warnings, in order.</summary>
    public IReadOnlyList<WarningEvent> Warnings => WarningList;

    /// <summary>The times that the run was resumed, in order.</summary>
    public IReadOnlyList<ResumedEvent> Resumed => ResumedList;

    /// <summary>The last line of a run that ended; null while it runs or if it was killed.</summary>
    public RunFinishedEvent? Finished { get; internal set; }

    /// <summary>Whether the last line was cut and left out, as a killed process leaves it.</summary>
    public bool LastLineWasCut { get; internal set; }

    /// <summary>How many events of unknown kinds were passed over.</summary>
    public int UnknownEvents { get; internal set; }

    /// <summary>A run goes back to a checkpoint: what came after it is forgotten, warnings and checkpoints excepted, since they did happen.</summary>
    internal void Resume(in ResumedEvent e)
    {
        var step = e.Step;
        StepList.RemoveAll(item => item.Step > step);
        EpochList.RemoveAll(item => item.Step > step);
        ValidationList.RemoveAll(item => item.Step > step);
        Finished = null;
        ResumedList.Add(e);
    }
}
