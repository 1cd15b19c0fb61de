namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1103: the model cannot even fit its training samples, and has stopped getting better at it.</summary>
public sealed class Underfitting : Check
{
    private const int LeastEpochs = 3;

    // Where 0 is guessing and 1 is perfect.
    private const double Poor = 0.5;
    private const double LeastProgress = 0.01;

    /// <inheritdoc/>
    public override string Code => "EK1103";

    /// <inheritdoc/>
    public override string Title => "underfitting";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.Curve;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var curve = examination.Patient.Curve!;
        double[] accuracies = [.. curve.Epochs.Select(static epoch => epoch.Accuracy ?? double.NaN)];
        var classes = examination.Patient.Model.Output.Shape.Channels;
        if (!curve.IsFinished || accuracies.Length < LeastEpochs || classes < 2) yield break;
        var chance = 1.0 / classes;
        var (last, before) = (accuracies[^1], accuracies.Take(accuracies.Length - (accuracies.Length / 3)).Max());
        var score = (last - chance) / (1 - chance);
        if (!(score < Poor) || !(last - before < LeastProgress)) yield break;
        yield return Found("", $"training accuracy has settled at {last:P1}, where guessing gives {chance:P1}: the model does not fit its own training samples.",
            "Use a larger or better suited model, less regularisation, or better features; see that `--overfit 32` reaches 100 %.",
            ("training_accuracy", last), ("chance", chance), ("epochs", accuracies.Length));
    }
}
