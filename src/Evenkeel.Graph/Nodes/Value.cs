using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>One output of a node: a tensor that does not exist yet.</summary>
public sealed class Value
{
    internal Value(Node producer, int index, string name, Shape shape)
    {
        Producer = producer;
        Index = index;
        Name = name;
        Shape = shape;
    }

    /// <summary>The node that makes it.</summary>
    public Node Producer { get; }

    /// <summary>Which of the producer's outputs it is.</summary>
    public int Index { get; }

    /// <summary>The producer's name, and the output's own where a node has several.</summary>
    public string Name { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
