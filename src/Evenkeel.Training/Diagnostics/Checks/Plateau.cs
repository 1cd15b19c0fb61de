namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1105: the training loss has stopped falling while the learning rate stays high.</summary>
public sealed class Plateau : Check
{
    private const int LeastEpochs = 6;
    private const double LeastProgress = 0.01;
    private const double StillHigh = 0.5;

    /// <inheritdoc/>
    public override string Code => "EK1105";

    /// <inheritdoc/>
    public override string Title => "plateau";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.Curve;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var (epochs, steps) = (examination.Patient.Curve!.Epochs, examination.Patient.Curve.Steps);
        if (epochs.Length < LeastEpochs || steps.IsEmpty) yield break;
        // Until half of its steps a run under way may be meant to keep its rate: a cosine has halved it there.
        if (!examination.Patient.Curve.IsFinished && steps[^1].Step < examination.Patient.PlannedSteps / 2) yield break;
        var tail = epochs.Length / 3;
        double before = epochs.Take(epochs.Length - tail).Min(static epoch => epoch.Loss), last = epochs.Skip(epochs.Length - tail).Min(static epoch => epoch.Loss);
        double rate = steps[^1].LearningRate, highest = steps.Max(static step => step.LearningRate);
        if (!(last > (1 - LeastProgress) * before) || rate < StillHigh * highest) yield break;
        yield return Found("", $"the best training loss of the last {tail} epochs is {last:F4}, and it was {before:F4} before; the learning rate is still {rate:G3}.",
            "Lower the learning rate: a cosine, step or plateau schedule does it by itself.",
            ("best_loss", last), ("best_loss_before", before), ("rate", rate), ("highest_rate", highest));
    }
}
