using Evenkeel.Records.RunLog;

namespace Evenkeel.Training.Evaluation;

/// <summary>What a pass over samples found.</summary>
/// <param name="Samples">How many samples were looked at.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The share classified rightly, 0 to 1; null where the loss does not count correct answers.</param>
/// <param name="Metrics">The further metrics, by name.</param>
public sealed record EvaluationSummary(long Samples, double Loss, double? Accuracy, IReadOnlyList<MetricValue> Metrics)
{
    /// <summary>The code of <see cref="Doubt"/>.</summary>
    public const string DoubtCode = "EK0546";

    /// <summary>Why the accuracy means little: outputs that are not finite count as wrong answers. Null where the loss is finite.</summary>
    public string? Doubt => DoubtOf(Loss);

    internal static string? DoubtOf(double loss) => double.IsFinite(loss)
        ? null
        : TrainingErrors.Invariant($"The loss of these samples is {loss}: the network gives outputs that are not finite, and the accuracy counts them as wrong. Look for huge parameters or features, or go back to an earlier checkpoint.");
}
