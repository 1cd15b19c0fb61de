using Evenkeel.Graph.Nodes;

namespace Evenkeel.Graph.Autodiff;

/// <summary>What an adjoint rule sees: the cotangents of its outputs, and a place to add those of its inputs.</summary>
public sealed class AdjointContext
{
    private readonly Dictionary<Value, Value> _cotangents = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Value> _needed;

    internal AdjointContext(HashSet<Value> needed) => _needed = needed;

    /// <summary>The cotangent of <paramref name="value"/>, or null where the loss does not depend on it.</summary>
    public Value? Cotangent(Value value) => _cotangents.GetValueOrDefault(value);

    /// <summary>Whether anybody asked for a gradient that flows through <paramref name="value"/>; a rule may skip work where not.</summary>
    public bool Needs(Value value) => _needed.Contains(value);

    /// <summary>Adds to the cotangent of <paramref name="value"/>; the sum of several is built in the order of the calls.</summary>
    public void Add(Value value, Value cotangent)
    {
        if (!Needs(value)) return;
        _cotangents[value] = _cotangents.TryGetValue(value, out var sum)
            ? new AddNode($"{value.Name}.d_sum", sum, cotangent).Output
            : cotangent;
    }
}
