namespace Evenkeel.Records.RunLog;

/// <summary>A named number that a metric gave.</summary>
/// <param name="Name">The metric's name, in snake case.</param>
/// <param name="Value">The value.</param>
public readonly record struct MetricValue(string Name, double Value);

/// <summary>The first line of a log: what runs, from which seed, with which versions, on which machine.</summary>
/// <param name="Title">What the run is, for people: <c>mnist mlp</c>.</param>
/// <param name="Time">When it started.</param>
/// <param name="Seed">The seed of order, initial weights and all other randomness.</param>
/// <param name="ConfigurationJson">The resolved configuration, one JSON object.</param>
/// <param name="Versions">The software.</param>
/// <param name="Machine">The hardware.</param>
public readonly record struct RunStartedEvent(string Title, DateTimeOffset Time, ulong Seed, string ConfigurationJson, VersionFacts Versions, MachineFacts Machine);

/// <summary>The run goes on from a checkpoint; what the log says of later steps before this line no longer counts.</summary>
/// <param name="Step">The checkpoint's step.</param>
/// <param name="Time">When it resumed.</param>
/// <param name="File">The checkpoint, relative to the run folder.</param>
public readonly record struct ResumedEvent(long Step, DateTimeOffset Time, string File);

/// <summary>One training step.</summary>
/// <param name="Step">The attempt, counted from 1, skipped ones included; indexes data and randomness.</param>
/// <param name="Commit">The steps committed so far; indexes schedules.</param>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Loss">The mean loss of the batch; NaN and infinities are kept.</param>
/// <param name="LearningRate">The learning rate of this step.</param>
/// <param name="SamplesPerSecond">Training throughput since the last step event, if measured.</param>
/// <param name="GradientNorm">The norm of the whole gradient, if measured.</param>
/// <param name="Skipped">Whether the step was not committed, because something was not finite.</param>
/// <param name="Seconds">Training time since the start of the run, if measured; over all sessions of a resumed run.</param>
public readonly record struct StepEvent(long Step, long Commit, int Epoch, double Loss, double LearningRate, double? SamplesPerSecond = null, double? GradientNorm = null, bool Skipped = false, double? Seconds = null);

/// <summary>The end of an epoch.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Step">Its last step.</param>
/// <param name="Loss">The mean training loss over the epoch.</param>
/// <param name="Accuracy">The training accuracy over the epoch, 0 to 1, if measured.</param>
/// <param name="SamplesPerSecond">Training throughput over the epoch, if measured.</param>
/// <param name="Seconds">Training time since the start of the run, if measured.</param>
/// <param name="Metrics">Further metrics.</param>
public readonly record struct EpochEvent(int Epoch, long Step, double Loss, double? Accuracy = null, double? SamplesPerSecond = null, double? Seconds = null, IReadOnlyList<MetricValue>? Metrics = null);

/// <summary>A pass over the validation samples.</summary>
/// <param name="Step">The step after which it ran.</param>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The accuracy, 0 to 1, if the task has one.</param>
/// <param name="Best">Whether it is the best so far.</param>
/// <param name="Samples">How many samples were looked at.</param>
/// <param name="Seconds">Training time since the start of the run, if measured.</param>
/// <param name="Metrics">Further metrics.</param>
public readonly record struct ValidationEvent(long Step, int Epoch, double Loss, double? Accuracy = null, bool Best = false, long Samples = 0, double? Seconds = null, IReadOnlyList<MetricValue>? Metrics = null);

/// <summary>A checkpoint was written.</summary>
/// <param name="Step">The step whose state it holds.</param>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="File">The file, relative to the run folder.</param>
/// <param name="Reason">Why: <c>start</c>, <c>time</c>, <c>epoch</c>, <c>best</c>, <c>cancelled</c>, <c>finished</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Seconds">Training time since the start of the run, if measured.</param>
public readonly record struct CheckpointEvent(long Step, int Epoch, string File, string Reason, long Bytes = 0, double? Seconds = null);

/// <summary>Something that a person should look at.</summary>
/// <param name="Step">The step at which it was seen.</param>
/// <param name="Code">The stable code, <c>EK</c> and four digits.</param>
/// <param name="Text">What it is and what to do.</param>
/// <param name="Evidence">The numbers behind it.</param>
public readonly record struct WarningEvent(long Step, string Code, string Text, string? Evidence = null);

/// <summary>The end of a run.</summary>
/// <param name="Step">The last step.</param>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Outcome">How it ended: <c>completed</c>, <c>early_stopped</c>, <c>out_of_time</c>, <c>cancelled</c>, <c>failed</c>.</param>
/// <param name="Seconds">Training time over all sessions.</param>
/// <param name="TrainLoss">The last training loss, if there is one.</param>
/// <param name="TestLoss">The test loss of the restored weights, if measured.</param>
/// <param name="TestAccuracy">The test accuracy of the restored weights, 0 to 1, if measured.</param>
/// <param name="WeightsHash">The hash of the final weights.</param>
public readonly record struct RunFinishedEvent(long Step, int Epoch, string Outcome, double Seconds, double? TrainLoss = null, double? TestLoss = null, double? TestAccuracy = null, string? WeightsHash = null);
