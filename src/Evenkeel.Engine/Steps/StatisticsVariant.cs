using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>What a kind of batch normalisation does between merging the batch's statistics and making of them what the sweep applies: the one place where the kinds differ.</summary>
internal abstract class StatisticsVariant
{
    /// <summary>What it reads beside the moments.</summary>
    public abstract IEnumerable<Access> Reads { get; }

    /// <summary>What it leaves for the backward pass.</summary>
    public abstract IEnumerable<Access> Writes { get; }

    /// <summary>Scratch floats per worker.</summary>
    public virtual long ScratchFloats => 0;

    /// <summary>Completes the arguments of the finalising kernel, whose slot is merged.</summary>
    public abstract void Amend(Frame frame, ref FinalizeStatisticsArguments arguments);

    /// <summary>The variant of a layer; null for plain batch normalisation. Adds the steps that gather what it needs.</summary>
    public static StatisticsVariant? Of(BatchNormNode node, LoweringContext context)
    {
        if (node.Options.Renormalization is { } renormalization) return new Renormalized(node, renormalization, context);
        if (node.Options.Divisor == BatchNormDivisor.StandardDeviation) return null;
        MagnitudeStep? magnitudes = null;
        if (node.Options.Divisor != BatchNormDivisor.RootMeanSquare) context.Add(magnitudes = new MagnitudeStep(node, context));
        return new OtherNorm(node, magnitudes, context);
    }

    /// <summary>Another norm divides.</summary>
    private sealed class OtherNorm(BatchNormNode node, MagnitudeStep? magnitudes, LoweringContext context) : StatisticsVariant
    {
        private readonly KernelEntry<FinalizeNormArguments> _kernel = KernelEntry<FinalizeNormArguments>.Of<FinalizeNorm>(context.Width);
        private readonly PlanBuffer? _correction = node.Correction is { } value ? context.BufferOf(value) : null;

        public override IEnumerable<Access> Reads => magnitudes is null ? [] : [new(magnitudes.Slots, true)];

        public override IEnumerable<Access> Writes => _correction is null ? [] : [new(_correction, true)];

        public override long ScratchFloats => 2L * node.Input.Shape.Channels;

        public override unsafe void Amend(Frame frame, ref FinalizeStatisticsArguments arguments)
        {
            var correction = frame.FloatsOrNull(_correction);
            var norm = new FinalizeNormArguments
            {
                Kind = (DivisorKind)node.Options.Divisor,
                Slot = arguments.Slot,
                Magnitudes = magnitudes is null ? null : frame.Doubles(magnitudes.Slots),
                Pieces = magnitudes?.PartialSlots(frame.Count) ?? 0,
                Channels = arguments.Channels,
                FirstChannel = arguments.FirstChannel,
                EndChannel = arguments.EndChannel,
                Square = (double*)frame.Scratch,
                Slope = correction,
                Threshold = correction == null ? null : correction + arguments.Channels,
            };
            _kernel.Run(ref norm);
            arguments.Square = norm.Square;
        }
    }

    /// <summary>The batch's statistics are moved towards the running ones.</summary>
    private sealed class Renormalized(BatchNormNode node, BatchRenormalization options, LoweringContext context) : StatisticsVariant
    {
        private readonly KernelEntry<RenormalizeArguments> _kernel = KernelEntry<RenormalizeArguments>.Of<Renormalize>(context.Width);
        private readonly PlanBuffer _correction = context.BufferOf(node.Correction!);
        private readonly PlanBuffer _mean = context.BufferOf(node.RunningMean);
        private readonly PlanBuffer _variance = context.BufferOf(node.RunningVariance);
        private readonly PlanBuffer _weight = context.BufferOf(node.RunningWeight);

        public override IEnumerable<Access> Reads => [new(_mean, false), new(_variance, false), new(_weight, false)];

        public override IEnumerable<Access> Writes => [new(_correction, true)];

        public override unsafe void Amend(Frame frame, ref FinalizeStatisticsArguments arguments)
        {
            var correction = frame.Floats(_correction);
            var weight = frame.Doubles(_weight);
            var (ratio, offset) = options.LimitsAt((long)weight[1]);
            var renormalize = new RenormalizeArguments
            {
                Slot = arguments.Slot,
                Channels = arguments.Channels,
                FirstChannel = arguments.FirstChannel,
                EndChannel = arguments.EndChannel,
                RunningMean = frame.Doubles(_mean),
                RunningVariance = frame.Doubles(_variance),
                Weight = weight,
                Epsilon = arguments.Epsilon,
                MaximumRatio = ratio,
                MaximumOffset = offset,
                Ratio = correction,
                Offset = correction + arguments.Channels,
            };
            _kernel.Run(ref renormalize);
            arguments.Ratio = renormalize.Ratio;
            arguments.Offset = renormalize.Offset;
        }
    }
}
