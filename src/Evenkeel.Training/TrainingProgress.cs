namespace Evenkeel.Training;

/// <summary>How far a fit is; reported about ten times a second, after the first step and at the end.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps planned.</param>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="TotalEpochs">Epochs planned.</param>
/// <param name="Loss">The mean training loss of the running epoch so far.</param>
/// <param name="LearningRate">The learning rate of the newest step.</param>
/// <param name="SamplesPerSecond">Training throughput of this session, validation and checkpoints not counted.</param>
/// <param name="Remaining">How long the rest will take at the pace so far; null while that is not known.</param>
/// <param name="ValidationLoss">The newest validation loss; null before the first.</param>
/// <param name="ValidationAccuracy">The newest validation accuracy, 0 to 1.</param>
public readonly record struct TrainingProgress(
    long Step, long TotalSteps, int Epoch, int TotalEpochs, double Loss, double LearningRate, double SamplesPerSecond, TimeSpan? Remaining, double? ValidationLoss, double? ValidationAccuracy);
