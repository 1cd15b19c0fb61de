using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Normalization;

/// <summary>Running statistics that a commit moves, and what a training step leaves for it.</summary>
/// <param name="Name">The normalisation that they belong to.</param>
/// <param name="Options">How they follow.</param>
/// <param name="Shape">What is normalised: statistics are one per channel, over all rows.</param>
/// <param name="Mean">State <c>[C]</c> or of as many elements: the raw running average of the means.</param>
/// <param name="Variance">Likewise of the variances.</param>
/// <param name="Weight">State <c>[2]</c>: the weight that the raw averages have gathered, and the number of updates.</param>
/// <param name="Candidate">What a commit would move them to, two rows of doubles.</param>
public sealed record RunningStatistics(string Name, BatchNormOptions Options, Shape Shape, Value Mean, Value Variance, Value Weight, Value Candidate);
