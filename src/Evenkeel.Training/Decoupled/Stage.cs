using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;

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

    public Shape OutputShape => part.Output.Shape;

    public IEnumerable<PredictionModule> Modules => new[] { Gradient, Input }.OfType<PredictionModule>();

    public void Dispose()
    {
        foreach (var module in Modules) module.Dispose();
        plan.Dispose();
    }
}
