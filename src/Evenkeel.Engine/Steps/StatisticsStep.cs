using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Gathers (n, mean, M2) of every channel, per piece: Algorithm 1, lines 1 and 2.</summary>
public sealed class StatisticsStep : SweepStep
{
    private readonly KernelEntry<BatchStatisticsArguments> _kernel;

    internal StatisticsStep(BatchNormNode node, LoweringContext context)
        : base(node.Name, node.Input.Shape, context.Width)
    {
        Input = context.BufferOf(node.Input);
        Moments = context.NewWorkspace($"{node.Name}.moments", 2 * MomentSlot.Doubles(Shape.Channels) * PartialSlots(context.Capacity));
        _kernel = KernelEntry<BatchStatisticsArguments>.Of<BatchStatistics>(context.Width);
    }

    /// <summary>What is normalised.</summary>
    public PlanBuffer Input { get; private set; }

    /// <summary>The pieces' moments.</summary>
    public PlanBuffer Moments { get; }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(Input, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Moments, true)];

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, int piece, int worker)
    {
        var arguments = new BatchStatisticsArguments
        {
            Input = frame.Floats(Input),
            InputStride = Shape.Channels,
            Window = WindowOf(piece, frame.Count),
            Channels = Shape.Channels,
            Slot = frame.Doubles(Moments) + (PartialSlot(piece) * MomentSlot.Doubles(Shape.Channels)),
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Input == buffer) Input = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"batch statistics of {Shape}";
}
