using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Averages the statistics of ghost batches, each by its number of values: what the running statistics follow.</summary>
public sealed class GhostCandidateStep : Step, IVerdict
{
    private readonly BatchNormNode _node;
    private readonly PlanBuffer _moments;
    private readonly GhostCut _cut;

    internal GhostCandidateStep(BatchNormNode node, PlanBuffer moments, LoweringContext context)
        : base(node.Name)
    {
        (_node, _moments, _cut) = (node, moments, new GhostCut(node.Options.GhostSize));
        Candidate = context.BufferOf(node.Candidate);
    }

    /// <summary>The candidates for the running statistics, in a shadow until the commit.</summary>
    public PlanBuffer Candidate { get; }

    /// <inheritdoc/>
    public bool IsFinite { get; private set; }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Single);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_moments, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Candidate, false)];

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = _node.Input.Shape.Channels;
        var candidate = frame.Doubles(Candidate);
        var (ghosts, isFinite) = (_cut.Pieces(frame.Count), true);
        var freedom = _node.Options.VarianceEstimator == VarianceEstimator.Sample ? 1 : 0;
        for (var channel = 0; channel < channels; channel++)
        {
            double count = 0, mean = 0, variance = 0;
            for (var ghost = 0; ghost < ghosts; ghost++)
            {
                var slot = frame.Doubles(_moments) + (ghost * MomentSlot.Doubles(channels)) + channel;
                count += slot[0];
                mean += slot[0] * slot[channels];
                variance += slot[0] * slot[2 * channels] / (slot[0] - freedom);
            }

            (candidate[channel], candidate[channels + channel]) = (mean / count, variance / count);
            isFinite &= double.IsFinite(mean) && double.IsFinite(variance);
        }

        IsFinite = isFinite;
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
    }

    /// <inheritdoc/>
    public override string Describe() => $"average statistics of ghost batches, {_node.Input.Shape.Channels} channels";
}
