namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1106: training fails in a way that no learning rate explains: no gradient arrives, or no rate of a sweep lowers the loss.</summary>
public sealed class ProbableCodeBug : Check
{
    private const int LeastSteps = 3;
    private const int LeastRates = 5;
    private const double LeastProgress = 0.02;

    /// <inheritdoc/>
    public override string Code => "EK1106";

    /// <inheritdoc/>
    public override string Title => "probably a fault in code or data";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Error;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        if (examination.Patient.Curve is { Steps: { Length: >= LeastSteps } steps } && steps.All(static step => step.GradientNorm == 0))
        {
            yield return Found("", $"the gradient is exactly zero in all {steps.Length} logged steps: nothing that is trained reaches the loss.",
                "Check that the loss reads the model's output, that parameters are trainable, and that no layer cuts the gradient off.",
                ("steps", steps.Length), ("loss", steps[^1].Loss));
        }

        if (examination.Patient.RateSweep is not { LearningRates.Length: >= LeastRates } sweep) yield break;
        var (first, best) = (sweep.Losses[0], sweep.Losses.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min());
        if (best < (1 - LeastProgress) * first) yield break;
        yield return Found("", $"no learning rate from {sweep.LearningRates[0]:G3} to {sweep.LearningRates[^1]:G3} brings the loss below {(1 - LeastProgress) * first:F4}; it begins at {first:F4}.",
            "Check that features and labels belong together, then the loss, then layers of your own; see that `--overfit 32` reaches 100 %.",
            ("first_loss", first), ("best_loss", best), ("rates", sweep.LearningRates.Length));
    }
}
