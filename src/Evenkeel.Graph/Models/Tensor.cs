using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Models;

/// <summary>A named tensor of a model: reads and writes the model's own memory.</summary>
/// <typeparam name="T"><see cref="float"/> for parameters, <see cref="double"/> for states.</typeparam>
public sealed unsafe class Tensor<T>
    where T : unmanaged
{
    private readonly TensorStore<T> _store;

    internal Tensor(TensorStore<T> store, string name, Shape shape, long offset)
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

    /// <summary>Where it starts in the store, in elements.</summary>
    public long Offset { get; }

    /// <summary>The number of elements.</summary>
    public int Length => checked((int)Shape.ElementsPerSample);

    /// <summary>The elements in row-major order. The span is valid while the model is reachable; do not write while a plan of the model is running.</summary>
    public Span<T> Span => new(_store.Pointer + Offset, Length);

    /// <summary>A copy of the elements.</summary>
    public T[] ToArray() => Span.ToArray();

    /// <summary>Overwrites all elements.</summary>
    /// <param name="values">One per element, row-major.</param>
    /// <exception cref="GraphException">EK0101: another number of elements.</exception>
    public void CopyFrom(ReadOnlySpan<T> values)
    {
        if (values.Length != Length)
            throw GraphException.ShapeMismatch(Name, $"{values.Length} values", $"{Length} for {Shape}", "Hand in exactly one value per element, in row-major order.");
        values.CopyTo(Span);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
