using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Execution;

/// <summary>Moves the carried states of a model's recurrent layers on from run to run.</summary>
/// <param name="model">The model.</param>
/// <param name="plans">The plans that share the states; each keeps a copy.</param>
internal sealed unsafe class CarriedState(Model model, params CompiledPlan[] plans)
{
    private readonly (Value State, Value Next)[] _states = [.. StatesOf(model)];

    /// <summary>What a plan has to compute for them.</summary>
    public static IEnumerable<Value> Candidates(Model model) => StatesOf(model).Select(static pair => pair.Next);

    /// <summary>Whether the model carries any.</summary>
    public static bool IsIn(Model model) => StatesOf(model).Any();

    /// <summary>Moves every state to where the newest run of a plan ended.</summary>
    public void Commit(CompiledPlan from)
    {
        foreach (var (state, next) in _states)
        {
            var ended = from.Read(next);
            foreach (var plan in plans) ended.CopyTo(Memory(plan, state));
        }
    }

    /// <summary>Sets every state to zero.</summary>
    public void Reset()
    {
        foreach (var plan in plans)
        {
            foreach (var (state, _) in _states) Memory(plan, state).Clear();
        }
    }

    private static Span<float> Memory(CompiledPlan plan, Value state) => new(plan.Frame.Floats(plan.Context.BufferOf(state)), checked((int)state.Shape.Elements(plan.Capacity)));

    private static IEnumerable<(Value State, Value Next)> StatesOf(Model model)
    {
        foreach (var node in model.Nodes.OfType<RecurrentNode>())
        {
            if (node.Extras.InitialHidden is { Producer: CarriedNode } hidden) yield return (hidden, node.LastHidden);
            if (node.Extras.InitialCell is { Producer: CarriedNode } cell) yield return (cell, node.LastCell);
        }
    }
}
