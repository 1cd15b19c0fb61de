using System.Collections.Immutable;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Training.Decoupled;

/// <summary>A segment of a model with its plan, its input memory, and the modules that predict for it.</summary>
internal sealed class Stage(int number, Model part, SegmentPlan plan, BatchSlot? slot) : IDisposable
{
    /// <summary>Which segment, from 1.</summary>
    public int Number => number;

    public Model Part => part;

    public SegmentPlan Plan => plan;

    /// <summary>Where its input goes; the first segment reads the network's.</summary>
    public BatchSlot? Slot => slot;

    /// <summary>Predicts the gradient of its output; null for the last segment, and where gradients are not predicted.</summary>
    public PredictionModule? Gradient { get; init; }

    /// <summary>Predicts its input; null for the first segment, and where inputs are not predicted.</summary>
    public PredictionModule? Input { get; init; }

    public IEnumerable<PredictionModule> Modules => new[] { Gradient, Input }.OfType<PredictionModule>();

    /// <summary>Compiles one segment of a model.</summary>
    /// <param name="model">The whole model.</param>
    /// <param name="cuts">Where it is cut.</param>
    /// <param name="index">Which segment, from 0.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="memory">Gradients and slots of the whole model.</param>
    /// <param name="options">Where gradients and inputs come from.</param>
    /// <param name="classes">The classes of a label; 0 where there are none.</param>
    /// <param name="plans">Capacity, team, width.</param>
    public static Stage Create(Model model, ImmutableArray<Value> cuts, int index, Loss loss, UpdateMemory memory, DecoupledOptions options, int classes, PlanOptions plans)
    {
        var (isFirst, isLast) = (index == 0, index == cuts.Length);
        var (from, to) = (isFirst ? model.Input.Output : cuts[index - 1], isLast ? model.Output : cuts[index]);
        var part = model.Part(from, to);
        var plan = isLast ? SegmentPlan.CompileTop(part, loss, targetsAreLate: false, memory, !isFirst, plans) : SegmentPlan.CompileInner(part, memory, !isFirst, plans);
        var modules = options.Modules;
        return new Stage(index + 1, part, plan, isFirst ? null : plan.CreateSlot())
        {
            Gradient = options.Predicts && !isLast
                ? new PredictionModule(FormattableString.Invariant($"synthetic_gradient{index + 1}"), to.Shape, to.Shape, options.Gradients == GradientSource.Conditioned ? classes : 0, modules, modules.OutputWeights, model.Seed, plans) : null,
            Input = options.SyntheticInputs && !isFirst
                ? new PredictionModule(FormattableString.Invariant($"synthetic_input{index + 1}"), model.Input.Output.Shape, from.Shape, 0, modules, LeCun.Normal, model.Seed, plans) : null,
        };
    }

    public void Dispose()
    {
        foreach (var module in Modules) module.Dispose();
        plan.Dispose();
    }
}
