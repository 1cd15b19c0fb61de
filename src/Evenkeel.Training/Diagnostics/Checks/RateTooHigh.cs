namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1101: the learning rate is too high: steps are not finite, the loss leaps, or it ends above where it began.</summary>
public sealed class RateTooHigh : Check
{
    private const int LeastSteps = 10;
    private const double Rise = 1.2;
    private const double MostSkipped = 0.01;

    // A step that loses five times what guessing lost at the start has overshot.
    private const double Spike = 5;
    private const double MostSpikes = 0.02;

    /// <inheritdoc/>
    public override string Code => "EK1101";

    /// <inheritdoc/>
    public override string Title => "learning rate too high";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.Curve;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var steps = examination.Patient.Curve!.Steps;
        if (steps.Length < LeastSteps) yield break;
        double skipped = steps.Count(static step => step.Skipped), highest = steps.Max(static step => step.LearningRate);

        // A log has every skipped step and only some of the others, so the share is taken of all attempts.
        var share = skipped / steps[^1].Step;
        var (first, last) = (steps[0].Loss, steps.Skip(steps.Length * 4 / 5).Average(static step => step.Loss));
        if (share > MostSkipped || !double.IsFinite(last))
        {
            yield return Found("", $"{skipped:N0} of {steps[^1].Step:N0} steps were not finite and were skipped.",
                "Lower the learning rate, or warm it up; look for huge values in the data.",
                ("skipped", skipped), ("steps", steps[^1].Step), ("highest_rate", highest));
        }
        else if (steps.Count(step => step.Loss > Spike * first) is var spikes && spikes > MostSpikes * steps.Length)
        {
            yield return Found("", $"the training loss leapt above {Spike * first:F4}, {Spike:N0} times its start, in {spikes} of {steps.Length} logged steps.",
                "Lower the learning rate, or warm it up.",
                ("spikes", spikes), ("steps", steps.Length), ("first_loss", first), ("largest_loss", steps.Max(static step => step.Loss)), ("highest_rate", highest));
        }
        else if (last > Rise * first)
        {
            yield return Found("", $"the training loss began at {first:F4} and ended at {last:F4}: steps overshoot.",
                "Lower the learning rate, or warm it up.",
                ("first_loss", first), ("last_loss", last), ("highest_rate", highest));
        }
    }
}
