using Evenkeel.Records.RunLog;

namespace Evenkeel.Training.Callbacks;

/// <summary>Sees the typed events of a fit; derive a sealed class and override what matters.</summary>
/// <remarks>
/// All methods are called on the thread that runs the fit, between steps, so the model's values may be read there. An exception ends the fit after a last checkpoint.
/// A callback that allocates nothing in <see cref="OnStep"/> keeps the step free of allocations.
/// </remarks>
public abstract class Callback
{
    /// <summary>A fit starts or resumes; the checkpoint of its first state is written.</summary>
    /// <param name="context">The fit: its model, data, plan and progress, and how to stop it or ask for a checkpoint.</param>
    public virtual void OnStart(FitContext context)
    {
    }

    /// <summary>A step is done, committed or skipped.</summary>
    /// <param name="step">Loss, rate, gradient norm, throughput; whether the step was skipped.</param>
    /// <param name="context">The fit: its model, data, plan and progress, and how to stop it or ask for a checkpoint.</param>
    public virtual void OnStep(in StepEvent step, FitContext context)
    {
    }

    /// <summary>An epoch is done; its validation follows.</summary>
    /// <param name="epoch">Mean training loss and accuracy of the epoch.</param>
    /// <param name="context">The fit: its model, data, plan and progress, and how to stop it or ask for a checkpoint.</param>
    public virtual void OnEpoch(in EpochEvent epoch, FitContext context)
    {
    }

    /// <summary>A pass over the held-out samples is done.</summary>
    /// <param name="validation">Loss, accuracy and metrics; whether it was the best so far.</param>
    /// <param name="context">The fit: its model, data, plan and progress, and how to stop it or ask for a checkpoint.</param>
    public virtual void OnValidation(in ValidationEvent validation, FitContext context)
    {
    }

    /// <summary>A checkpoint is on disk.</summary>
    /// <param name="checkpoint">Which file, why, how large.</param>
    /// <param name="context">The fit: its model, data, plan and progress, and how to stop it or ask for a checkpoint.</param>
    public virtual void OnCheckpoint(in CheckpointEvent checkpoint, FitContext context)
    {
    }

    /// <summary>Something that a person should look at.</summary>
    /// <param name="warning">A code and a text.</param>
    /// <param name="context">The fit: its model, data, plan and progress, and how to stop it or ask for a checkpoint.</param>
    public virtual void OnWarning(in WarningEvent warning, FitContext context)
    {
    }

    /// <summary>The fit ended, whatever the reason; the model holds the result's weights.</summary>
    /// <param name="finished">How the fit ended; an error that ended it reaches the caller of the fit.</param>
    /// <param name="context">The fit: its model, data, plan and progress, and how to stop it or ask for a checkpoint.</param>
    public virtual void OnFinish(in RunFinishedEvent finished, FitContext context)
    {
    }
}
