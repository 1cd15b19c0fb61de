namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1104: the model learns its training samples by heart: the validation loss has risen well above its best while the training loss went on falling.</summary>
public sealed class Overfitting : Check
{
    private const int LeastValidations = 3;
    private const double Rise = 1.25;

    // Confident mistakes raise the loss of a model that still gets better; a gap in accuracy is what costs.
    private const double LeastAccuracyGap = 0.03;

    /// <inheritdoc/>
    public override string Code => "EK1104";

    /// <inheritdoc/>
    public override string Title => "overfitting";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.Curve;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var (epochs, validations) = (examination.Patient.Curve!.Epochs, examination.Patient.Curve.Validations);
        if (validations.Length < LeastValidations || epochs.Length < LeastValidations) yield break;
        var best = validations.MinBy(static validation => validation.Loss);

        // The lower one of the last two: a single validation that jumps is not a rise.
        var last = validations[^1].Loss < validations[^2].Loss ? validations[^1] : validations[^2];
        var training = epochs[^1];
        if (!(last.Loss > Rise * best.Loss) || !(training.Loss < best.Loss) || best.Step == last.Step) yield break;
        if (training.Accuracy - last.Accuracy < LeastAccuracyGap) yield break;
        yield return Found("", $"the validation loss was best at step {best.Step} with {best.Loss:F4} and is {last.Loss:F4} now, while the training loss is {training.Loss:F4}.",
            "Stop early, use more data or augmentation, weight decay, dropout behind the last normalisation, or a smaller model.",
            ("best_validation_loss", best.Loss), ("best_step", best.Step), ("validation_loss", last.Loss), ("training_loss", training.Loss), ("accuracy_gap", training.Accuracy - last.Accuracy ?? double.NaN));
    }
}
