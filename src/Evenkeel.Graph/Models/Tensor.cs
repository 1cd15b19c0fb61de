using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Models;

/// <summary>A named tensor of a model: reads and writes the model's own memory.</summary>
public sealed unsafe class Tensor
{
    private readonly TensorStore _store;

    internal Tensor(TensorStore store, string name, Shape shape, long offset)
    {
        _store = store;
        Name = name;
        Shape = shape;
        Offset = offset;
    }

    /// <summary>Its name in checkpoints.</summary>
    public string Name { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <summary>Where it starts in the store, in floats.</summary>
    public long Offset { get; }

    /// <summary>The number of elements.</summary>
    public int Length => checked((int)Shape.ElementsPerSample);

    /// <summary>The elements in row-major order. The span is valid while the model is reachable; do not write while a plan of the model is running.</summary>
    public Span<float> Span => new(_store.Pointer + Offset, Length);

    /// <summary>A copy of the elements.</summary>
    public float[] ToArray() => Span.ToArray();

    /// <summary>Overwrites all elements.</summary>
    /// <exception cref="GraphException">EK0101: another number of elements.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        if (values.Length != Length)
            throw GraphException.ShapeMismatch(Name, $"{values.Length} values", $"{Length} for {Shape}", "Hand in exactly one value per element, in row-major order.");
        values.CopyTo(Span);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
