using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Gathers the sum or the maximum of |x| of every channel, per piece, for batch normalisation that divides by an l1 or l-infinity norm.</summary>
public sealed class MagnitudeStep : SweepStep
{
    private readonly KernelEntry<AbsoluteMomentsArguments> _kernel;
    private PlanBuffer _input;

    internal MagnitudeStep(BatchNormNode node, LoweringContext context)
        : base(node.Name, node.Input.Shape, context)
    {
        _input = context.BufferOf(node.Input);
        Slots = context.NewWorkspace($"{node.Name}.magnitudes", 2 * AbsoluteSlot.Doubles(Shape.Channels) * PartialSlots(context.Capacity));
        _kernel = node.Options.Divisor == BatchNormDivisor.LargestAbsolute
            ? KernelEntry<AbsoluteMomentsArguments>.Of<AbsoluteMaximum>(context.Width)
            : KernelEntry<AbsoluteMomentsArguments>.Of<AbsoluteSum>(context.Width);
    }

    /// <summary>The pieces' sums or maxima.</summary>
    public PlanBuffer Slots { get; }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Slots, true)];

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new AbsoluteMomentsArguments
        {
            Input = frame.Floats(_input),
            InputStride = Shape.Channels,
            Window = WindowOf(part, frame.Count),
            Channels = Shape.Channels,
            Slot = frame.Doubles(Slots) + (PartialSlot(part) * AbsoluteSlot.Doubles(Shape.Channels)),
            Accumulate = !part.OpensPiece,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"magnitudes of {Shape}";
}
