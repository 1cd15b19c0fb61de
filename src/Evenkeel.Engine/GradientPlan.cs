using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Inspection;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Engine;

/// <summary>Forward, loss and backward of a model with batch statistics, and no update: what probes, line searches and methods that look twice before a commit need.</summary>
/// <remarks>Nothing of the model changes, neither parameters nor running statistics. One thread at a time may use a plan. The same inputs give the same bits for any number of threads.</remarks>
public sealed class GradientPlan : IDisposable
{
    private readonly DifferentiatedPlan _core;

    private GradientPlan(Model model, Loss loss, bool inputGradient, IReadOnlyList<Node> taps, PlanOptions options) =>
        _core = new DifferentiatedPlan(model, new DifferentiatedValues { Loss = loss, InputGradient = inputGradient, Taps = taps, NeedsBatch = static node => node.Options.NormalizeWith == NormalizeWith.BatchStatistics }, options);

    /// <summary>The gradients of the newest run, in the parameters' layout.</summary>
    public TensorStore<float> Gradients => _core.Gradients;

    /// <summary>The plan as text and JSON.</summary>
    public PlanListing Listing => _core.Plan.Listing;

    /// <summary>Indexes the random streams (dropout) of the next run; it does not move by itself, so that repeated runs draw the same.</summary>
    public long Attempt { get; set; }

    /// <summary>Compiles the plan; nothing of the model changes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">What to differentiate.</param>
    /// <param name="inputGradient">Whether the gradient by the features is wanted too. Default no: it costs the first layer's input gradient.</param>
    /// <param name="options">Capacity, threads, width.</param>
    /// <param name="taps">Nodes of the model whose first input, and the gradient by whose first output, can be read after a run; null for none.</param>
    /// <exception cref="EngineException">EK0201: a node has no lowering. EK0206: unknown pass.</exception>
    public static GradientPlan Compile(Model model, Loss loss, bool inputGradient = false, PlanOptions? options = null, IReadOnlyList<Node>? taps = null) => new(model, loss, inputGradient, taps ?? [], options ?? new PlanOptions());

    /// <summary>Input memory for this plan.</summary>
    public BatchSlot CreateSlot() => _core.CreateSlot();

    /// <summary>Computes loss and gradients at the model's present values.</summary>
    /// <param name="slot">A slot that this plan made, filled: features, targets where the plan has a loss, and its count.</param>
    /// <returns>As a training step returns it; never committed.</returns>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel.</exception>
    public StepResult Run(BatchSlot slot)
    {
        _core.Require(slot.Count);
        _core.Plan.Binding.Attempt = Attempt;
        _core.Plan.Run(slot);
        return new(_core.Loss, _core.Correct, _core.Check().Norm, Committed: false);
    }

    /// <summary>The gradient by the features of the newest run, sample by sample; empty where it was not asked for. Valid until the next run.</summary>
    public ReadOnlySpan<float> InputGradient => _core.InputGradient is { } value ? _core.Plan.Read(value) : default;

    /// <summary>The first input of a tapped node in the newest run, row-major; valid until the next one.</summary>
    /// <param name="tap">One of the taps that the plan was compiled with.</param>
    public ReadOnlySpan<float> Read(Node tap) => _core.Plan.Read(tap.Inputs[0]);

    /// <summary>The gradient of the newest run's loss by the first output of a tapped node, row-major; valid until the next one. Empty where the loss does not depend on it.</summary>
    /// <param name="tap">One of the taps that the plan was compiled with.</param>
    public ReadOnlySpan<float> Cotangent(Node tap) => _core.Cotangents.TryGetValue(tap.Outputs[0], out var value) ? _core.Plan.Read(value) : default;

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _core.Dispose();
}
