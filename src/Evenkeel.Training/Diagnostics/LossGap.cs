namespace Evenkeel.Training.Diagnostics;

/// <summary>The gap between the loss that training sees and the loss of evaluation, split by its cause.</summary>
/// <remarks>
/// With L(samples, statistics) measured on held batches and without dropout: <c>L(held out, running) - L(training, batch) = [L(held out, running) - L(held out, batch)] + [L(held out, batch) - L(training, batch)]</c>.
/// The first bracket is the fault of the running statistics and goes away when they are right; the second one is overfitting.
/// </remarks>
/// <param name="Training">The loss of training samples, normalised with their own statistics.</param>
/// <param name="Evaluation">The loss of held-out samples, normalised with running statistics.</param>
/// <param name="StatisticsPart">What the running statistics add on the held-out samples.</param>
/// <param name="OverfittingPart">What remains: the held-out samples are harder for the model whatever the statistics.</param>
public sealed record LossGap(double Training, double Evaluation, double StatisticsPart, double OverfittingPart)
{
    /// <summary>The whole gap.</summary>
    public double Gap => Evaluation - Training;

    internal static LossGap? Of(Examination examination)
    {
        if (examination.TrainingProbe is not { BatchLoss: { } training } || examination.EvaluationProbe is not { BatchLoss: { } batch, RunningLoss: { } running }) return null;
        return new LossGap(training, running, running - batch, batch - training);
    }
}
