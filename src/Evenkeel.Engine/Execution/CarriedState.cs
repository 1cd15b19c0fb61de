using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Execution;

/// <summary>Moves the carried states of a model's recurrent layers on from run to run.</summary>
internal sealed unsafe class CarriedState
{
    private readonly (Value State, Value Next, Tensor<float> Memory)[] _states;

    /// <summary>States of zero.</summary>
    /// <param name="model">The model.</param>
    /// <param name="capacity">Rows of a batch at most.</param>
    public CarriedState(Model model, int capacity)
    {
        static string NameOf(Value state) => $"carried/{state.Producer.Name}";
        Store = new(StatesOf(model).Select(pair => (NameOf(pair.State), Shape.Of([capacity, .. pair.State.Shape.Sizes]))));
        _states = [.. StatesOf(model).Select(pair => (pair.State, pair.Next, Store[NameOf(pair.State)]))];
    }

    /// <summary>The states as they are between two runs, <c>carried/NAME [capacity, units]</c>: what a checkpoint keeps.</summary>
    public TensorStore<float> Store { get; }

    /// <summary>Whether the model carries none.</summary>
    public bool IsEmpty => _states.Length == 0;

    /// <summary>What a plan has to compute for them.</summary>
    public static IEnumerable<Value> Candidates(Model model) => StatesOf(model).Select(static pair => pair.Next);

    /// <summary>Whether the model carries any.</summary>
    public static bool IsIn(Model model) => StatesOf(model).Any();

    /// <summary>Hands the states to a plan that is about to run.</summary>
    public void Begin(CompiledPlan plan)
    {
        foreach (var (state, _, memory) in _states) memory.Span.CopyTo(new Span<float>(plan.Frame.Floats(plan.Context.BufferOf(state)), memory.Length));
    }

    /// <summary>Moves every state to where the newest run of a plan ended.</summary>
    public void Commit(CompiledPlan from)
    {
        foreach (var (_, next, memory) in _states) from.Read(next).CopyTo(memory.Span);
    }

    /// <summary>Sets every state to zero.</summary>
    public void Reset() => Store.Span.Clear();

    private static IEnumerable<(Value State, Value Next)> StatesOf(Model model)
    {
        foreach (var node in model.Nodes.OfType<RecurrentNode>())
        {
            if (node.Extras.InitialHidden is { Producer: CarriedNode } hidden) yield return (hidden, node.LastHidden);
            if (node.Extras.InitialCell is { Producer: CarriedNode } cell) yield return (cell, node.LastCell);
        }
    }
}
