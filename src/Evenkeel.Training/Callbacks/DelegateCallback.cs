using Evenkeel.Records.RunLog;

namespace Evenkeel.Training.Callbacks;

/// <summary>Handles one typed event.</summary>
/// <typeparam name="T">The event's type.</typeparam>
/// <param name="e">The event.</param>
public delegate void TrainingEventHandler<T>(in T e)
    where T : struct;

/// <summary>Callbacks from lambdas: <c>new DelegateCallback { Step = (in StepEvent e) =&gt; losses.Add(e.Loss) }</c>.</summary>
public sealed class DelegateCallback : Callback
{
    /// <summary>Called after every step.</summary>
    public TrainingEventHandler<StepEvent>? Step { get; init; }

    /// <summary>Called after every epoch.</summary>
    public TrainingEventHandler<EpochEvent>? Epoch { get; init; }

    /// <summary>Called after every validation.</summary>
    public TrainingEventHandler<ValidationEvent>? Validation { get; init; }

    /// <summary>Called after every checkpoint.</summary>
    public TrainingEventHandler<CheckpointEvent>? Checkpoint { get; init; }

    /// <summary>Called with every warning.</summary>
    public TrainingEventHandler<WarningEvent>? Warning { get; init; }

    /// <inheritdoc/>
    public override void OnStep(in StepEvent step, FitContext context) => Step?.Invoke(step);

    /// <inheritdoc/>
    public override void OnEpoch(in EpochEvent epoch, FitContext context) => Epoch?.Invoke(epoch);

    /// <inheritdoc/>
    public override void OnValidation(in ValidationEvent validation, FitContext context) => Validation?.Invoke(validation);

    /// <inheritdoc/>
    public override void OnCheckpoint(in CheckpointEvent checkpoint, FitContext context) => Checkpoint?.Invoke(checkpoint);

    /// <inheritdoc/>
    public override void OnWarning(in WarningEvent warning, FitContext context) => Warning?.Invoke(warning);
}
