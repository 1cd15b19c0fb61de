using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Makes what the sweep applies of the running statistics: Algorithm 2, line 11.</summary>
public sealed class RunningTransformStep : Step
{
    private readonly BatchNormNode _node;
    private readonly PlanBuffer[] _states;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer? _beta;
    private readonly KernelEntry<FinalizeRunningStatisticsArguments> _kernel;

    internal RunningTransformStep(BatchNormNode node, PlanBuffer transform, LoweringContext context)
        : base(node.Name)
    {
        _node = node;
        Transform = transform;
        _states = [context.BufferOf(node.RunningMean), context.BufferOf(node.RunningVariance), context.BufferOf(node.RunningWeight)];
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        _beta = node.Beta is { } beta ? context.BufferOf(beta) : null;
        _kernel = KernelEntry<FinalizeRunningStatisticsArguments>.Of<FinalizeRunningStatistics>(context.Width);
    }

    /// <summary>What the sweep applies.</summary>
    public PlanBuffer Transform { get; }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Single);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads =>
        ((PlanBuffer?[])[.. _states, _gamma, _beta]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Transform, false)];

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = _node.Input.Shape.Channels;
        var arguments = new FinalizeRunningStatisticsArguments
        {
            Running = new RunningMoments(frame.Doubles(_states[0]), frame.Doubles(_states[1]), frame.Doubles(_states[2])),
            FirstChannel = 0,
            EndChannel = channels,
            Gamma = frame.FloatsOrNull(_gamma),
            Beta = frame.FloatsOrNull(_beta),
            Epsilon = _node.Options.Epsilon,
            Coefficients = NormalizationCoefficients.At(frame.Floats(Transform), channels),
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
    }

    /// <inheritdoc/>
    public override string Describe() => $"transform from running statistics, {_node.Input.Shape.Channels} channels";
}
