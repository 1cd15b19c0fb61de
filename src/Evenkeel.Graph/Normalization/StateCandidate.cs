using Evenkeel.Graph.Nodes;

namespace Evenkeel.Graph.Normalization;

/// <summary>A state that a commit overwrites with what a training step has left for it.</summary>
/// <param name="State">The state.</param>
/// <param name="Candidate">Where a step leaves the new values, as doubles (two floats each): the shadow in which they stay until the step is known to be finite.</param>
/// <param name="First">Which double of the candidate is the state's first.</param>
public sealed record StateCandidate(Value State, Value Candidate, int First);
