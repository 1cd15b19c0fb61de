using Evenkeel.Engine.Steps;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Lowering;

/// <summary>Batch normalisation as steps: statistics, finalising, one sweep; backward: sums, finalising, one sweep.</summary>
/// <remarks>Finalising is a step of its own, the one place where scopes of statistics are merged and where kinds of batch normalisation differ, see <see cref="StatisticsVariant"/>; ghost batches, which share nothing, have steps of their own.</remarks>
internal sealed class BatchNormLowering : ILowering<BatchNormNode>, ILowering<BatchNormBackwardNode>
{
    public static void Lower(BatchNormNode node, LoweringContext context)
    {
        if (context.Mode == PlanMode.Train && node.Options.GhostSize > 0)
        {
            GhostNormStep.Lower(node, context);
            return;
        }

        if (context.Mode == PlanMode.Evaluate && node.Options.SampleWeight > 0)
        {
            context.Add(new SampleMixtureNormStep(node, context));
            return;
        }

        var transform = context.BufferOf(node.Transform);
        if (context.Mode == PlanMode.Evaluate)
        {
            var derived = context.NewDerived(node.Transform.Name, node.Transform.Shape);
            context.AddPreparation(new RunningTransformStep(node, derived, context));
            transform = derived;
        }
        else if (node.Options.NormalizeWith == NormalizeWith.RunningStatistics)
        {
            context.Add(new RunningTransformStep(node, transform, context));
            if (node.Options.UpdateRunningStatistics || context.IsUsed(node.Candidate)) AddStatistics(node, null, context);
        }
        else
        {
            AddStatistics(node, transform, context);
        }

        context.Add(new NormalizeStep(node.Name, node.Output.Shape, context.BufferOf(node.Input), transform, context.BufferOf(node.Output), context));
    }

    public static void Lower(BatchNormBackwardNode node, LoweringContext context)
    {
        if (node.Options.GhostSize > 0)
        {
            GhostNormBackwardStep.Lower(node, context);
            return;
        }

        var shape = node.Inputs[1].Shape;
        var (cotangent, input, transform) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]));
        var reduce = new BackwardReduceStep(node.Name, shape, cotangent, input, transform, context);
        context.Add(reduce);
        var throughNorm = node.Options is { StatisticsGradient: StatisticsGradient.Full, NormalizeWith: NormalizeWith.BatchStatistics, Divisor: BatchNormDivisor.MeanAbsolute or BatchNormDivisor.LargestAbsolute };
        var coefficients = context.NewBuffer($"{node.Name}.coefficients", Shape.Of(throughNorm ? BackwardFinalizeStep.SignRow + 1 : BackwardFinalizeStep.SignRow, shape.Channels));
        context.Add(new BackwardFinalizeStep(
            node, shape, reduce, transform, coefficients,
            context.IsUsed(node.GammaCotangent) ? context.BufferOf(node.GammaCotangent) : null,
            context.IsUsed(node.BetaCotangent) ? context.BufferOf(node.BetaCotangent) : null, context));
        if (!context.IsUsed(node.InputCotangent)) return;
        var result = context.BufferOf(node.InputCotangent);
        var applied = throughNorm ? context.NewBuffer($"{node.Name}.through_mean", shape) : result;
        context.Add(new BackwardApplyStep(node.Name, shape, reduce, transform, coefficients, applied, context));
        if (throughNorm) context.Add(new SignCorrectionStep(node.Name, shape, input, applied, coefficients, context.BufferOf(node.Correction!), result, context));
    }

    private static void AddStatistics(BatchNormNode node, Planning.PlanBuffer? transform, LoweringContext context)
    {
        var statistics = new StatisticsStep(node, context);
        context.Add(statistics);
        context.Add(new FinalizeStatisticsStep(node, statistics, StatisticsVariant.Of(node, context), transform ?? context.NewBuffer($"{node.Name}.unused_transform", node.Transform.Shape), context));
    }
}
