using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Execution;

/// <summary>A step that leaves what a commit moves a layer's running statistics to.</summary>
internal interface IStatisticsCandidate
{
    /// <summary>The layer.</summary>
    BatchNormNode Node { get; }

    /// <summary>Two rows of doubles: mean and variance.</summary>
    PlanBuffer Candidate { get; }
}
