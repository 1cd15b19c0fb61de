using Evenkeel.Records.RunLog;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1102: the learning rate is too low: the loss falls evenly and slowly to the end, as if it could go on for long, or hardly at all.</summary>
/// <remarks>The run is cut into five parts of equal summed learning rate, so that a decaying schedule does not look like a loss that has settled.</remarks>
public sealed class RateTooLow : Check
{
    private const int Parts = 5;
    private const int LeastSteps = 25;

    // Less than a third of the loss is gone, and the last part still fell more than half as much as the first one.
    private const double MostGone = 1.0 / 3;
    private const double StillFalling = 0.5;
    private const double Still = 0.02;

    /// <inheritdoc/>
    public override string Code => "EK1102";

    /// <inheritdoc/>
    public override string Title => "learning rate too low";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.Curve;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var curve = examination.Patient.Curve!;
        StepEvent[] steps = [.. curve.Steps.Where(static step => !step.Skipped && double.IsFinite(step.Loss))];
        if (!curve.IsFinished || steps.Length < LeastSteps) yield break;
        var losses = PartLosses(steps);
        var falls = losses.Zip(losses.Skip(1), static (before, after) => before - after).ToArray();
        var gone = 1 - (losses[^1] / losses[0]);

        var highest = steps.Max(static step => step.LearningRate);
        if (losses.All(loss => Math.Abs(loss - losses[0]) < Still * Math.Abs(losses[0])))
        {
            yield return Found("", $"the training loss has hardly moved: {losses[0]:F4} at the start, {losses[^1]:F4} at the end.",
                "See with `evenkeel lr-find` whether another learning rate moves it; where none does, the fault lies in code or data.",
                ("first_loss", losses[0]), ("last_loss", losses[^1]), ("share_gone", gone), ("highest_rate", highest));
            yield break;
        }

        // A fall in every part is no accident of noise.
        if (!falls.All(static fall => fall > 0) || !(gone < MostGone) || falls[^1] < StillFalling * falls[0]) yield break;
        yield return Found("", $"the training loss fell evenly from {losses[0]:F4} to {losses[^1]:F4}, {gone:P0}, and was still falling at the end.",
            "Raise the learning rate by a factor of 3 to 10, or train longer; `evenkeel lr-find` suggests a rate.",
            ("first_loss", losses[0]), ("last_loss", losses[^1]), ("share_gone", gone), ("last_fall", falls[^1]), ("first_fall", falls[0]), ("highest_rate", highest));
    }

    private static double[] PartLosses(StepEvent[] steps)
    {
        var whole = steps.Sum(static step => step.LearningRate);
        var (sums, counts) = (new double[Parts], new int[Parts]);
        double passed = 0;
        foreach (var step in steps)
        {
            var part = Math.Min(Parts - 1, (int)(Parts * passed / whole));
            passed += step.LearningRate;
            sums[part] += step.Loss;
            counts[part]++;
        }

        return [.. sums.Select((sum, part) => sum / counts[part])];
    }
}
