using Evenkeel.Records.RunLog;

namespace Evenkeel.Training.Evaluation;

/// <summary>What a pass over samples found.</summary>
/// <param name="Samples">How many samples were looked at.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The share classified rightly, 0 to 1; null where the loss does not count correct answers.</param>
/// <param name="Metrics">The further metrics, by name.</param>
public sealed record EvaluationSummary(long Samples, double Loss, double? Accuracy, IReadOnlyList<MetricValue> Metrics);
