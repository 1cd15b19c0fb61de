using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>What an input's four bytes mean.</summary>
public enum ElementKind
{
    /// <summary>Single-precision numbers.</summary>
    Float,

    /// <summary>32-bit integers, for example class labels.</summary>
    Integer,
}

/// <summary>Data that is handed in with every run.</summary>
public sealed class InputNode : Node
{
    /// <summary>Creates the input.</summary>
    /// <param name="name">Its name, for example <c>features</c>.</param>
    /// <param name="shape">Its shape, usually batched.</param>
    /// <param name="elements">What its elements are.</param>
    public InputNode(string name, Shape shape, ElementKind elements = ElementKind.Float)
        : base(name)
    {
        Elements = elements;
        Output = AddOutput(shape);
    }

    /// <summary>What its elements are.</summary>
    public ElementKind Elements { get; }

    /// <summary>The data.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(Autodiff.AdjointContext context)
    {
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => this;
}
