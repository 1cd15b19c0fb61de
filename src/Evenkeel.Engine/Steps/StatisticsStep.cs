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
    private readonly KernelEntry<MergeStatisticsArguments> _merge;

    internal StatisticsStep(BatchNormNode node, LoweringContext context)
        : base(node.Name, node.Input.Shape, context)
    {
        Input = context.BufferOf(node.Input);
        Moments = context.NewWorkspace($"{node.Name}.moments", 2 * MomentSlot.Doubles(Shape.Channels) * PartialSlots(context.Capacity));
        _kernel = KernelEntry<BatchStatisticsArguments>.Of<BatchStatistics>(context.Width);
        _merge = KernelEntry<MergeStatisticsArguments>.Of<MergeStatistics>(context.Width);
    }

    /// <summary>What is normalised.</summary>
    public PlanBuffer Input { get; private set; }

    /// <summary>The pieces' moments.</summary>
    public PlanBuffer Moments { get; }

    /// <inheritdoc/>
    public override long ScratchFloats => Grid.Kind == GridKind.Samples ? 2 * MomentSlot.Doubles(Shape.Channels) : 0;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(Input, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Moments, true)];

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        // The blocks of a piece are merged one after the other, so that a batch leaves few slots to merge across threads.
        var slot = frame.Doubles(Moments) + (PartialSlot(part) * MomentSlot.Doubles(Shape.Channels));
        var arguments = new BatchStatisticsArguments
        {
            Input = frame.Floats(Input),
            InputStride = Shape.Channels,
            Channels = Shape.Channels,
            Slot = part.OpensPiece ? slot : (double*)frame.Scratch,
        };
        var (first, end) = SumsOf(part);
        for (var window = first; window < end; window++)
        {
            arguments.Window = SumWindow(window, part, frame.Count);
            _kernel.Run(ref arguments);
        }

        if (part.OpensPiece) return;
        var merge = new MergeStatisticsArguments { Slot = slot, Others = (double*)frame.Scratch, Pieces = 1, Channels = Shape.Channels, EndChannel = Shape.Channels };
        _merge.Run(ref merge);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Input == buffer) Input = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"batch statistics of {Shape}";
}
