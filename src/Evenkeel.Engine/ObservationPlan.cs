using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Inspection;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine;

/// <summary>Reads inner values of a model. It runs beside training, never inside it, so observing a run cannot change its bits.</summary>
/// <remarks>One thread at a time may use a plan.</remarks>
public sealed class ObservationPlan : IDisposable
{
    private readonly CompiledPlan _plan;
    private readonly Model _model;

    private ObservationPlan(Model model, IReadOnlyList<Value> values, bool training, PlanOptions options)
    {
        _model = model;
        _plan = new CompiledPlan(model, training ? PlanMode.Train : PlanMode.Evaluate, values, null, null, options);
        Slot = CreateSlot();
    }

    /// <summary>A slot of the plan's own.</summary>
    public BatchSlot Slot { get; }

    /// <summary>Indexes the random streams (dropout, noise) of the next run in training mode; it does not move by itself.</summary>
    public long Attempt { get; set; }

    /// <summary>The plan as text and JSON.</summary>
    public PlanListing Listing => _plan.Listing;

    /// <summary>Compiles the plan.</summary>
    /// <param name="model">The model.</param>
    /// <param name="values">The values to read, for example the input of an activation node.</param>
    /// <param name="training">Whether batch statistics and dropout apply, as in a training step; else running statistics.</param>
    /// <param name="options">Capacity, threads, width.</param>
    public static ObservationPlan Compile(Model model, IReadOnlyList<Value> values, bool training = false, PlanOptions? options = null) => new(model, values, training, options ?? new PlanOptions());

    /// <summary>Input memory for this plan.</summary>
    public BatchSlot CreateSlot() => new(_plan.Capacity, _model.Input.Output.Shape.ElementsPerSample, 0, ElementKind.Float);

    /// <summary>Runs the model as far as the values need. Parameters and states are read as they are now.</summary>
    /// <param name="slot">A slot that this plan made, with features and a count.</param>
    /// <exception cref="EngineException">EK0202: bad count.</exception>
    public void Run(BatchSlot slot)
    {
        _plan.Prepare();
        _plan.Binding.Attempt = Attempt;
        _plan.Run(slot);
    }

    /// <summary>The elements of a value in the newest run, row-major; valid until the next one.</summary>
    /// <param name="value">One of the values that the plan was compiled for.</param>
    public ReadOnlySpan<float> Read(Value value) => _plan.Read(value);

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _plan.Dispose();
}
