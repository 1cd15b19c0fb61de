using System.Collections;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Graph.Models;

/// <summary>Named tensors side by side in one block of memory, so that an update or a copy is one sweep and another set of values is another base pointer.</summary>
/// <typeparam name="T"><see cref="float"/> for parameters, <see cref="double"/> for states: at mean 1e4 and deviation 1e-2 a float mean is a tenth of a deviation off.</typeparam>
public sealed unsafe class TensorStore<T> : IReadOnlyCollection<Tensor<T>>
    where T : unmanaged
{
    private readonly NativeBuffer _buffer;
    private readonly List<Tensor<T>> _tensors = [];
    private readonly Dictionary<string, Tensor<T>> _byName = new(StringComparer.Ordinal);

    /// <summary>Lays tensors out in the given order.</summary>
    /// <exception cref="GraphException">EK0104: a name is used twice.</exception>
    public TensorStore(IEnumerable<(string Name, Shape Shape)> tensors)
    {
        var offset = 0L;
        foreach (var (name, shape) in tensors)
        {
            var tensor = new Tensor<T>(this, name, shape, offset);
            if (!_byName.TryAdd(name, tensor)) throw GraphException.DuplicateName(name);
            _tensors.Add(tensor);
            offset += TensorLayout.Align(shape.ElementsPerSample);
        }

        Length = offset;
        _buffer = new NativeBuffer(offset * sizeof(T) / sizeof(float));
    }

    /// <summary>The number of tensors.</summary>
    public int Count => _tensors.Count;

    /// <summary>All elements, gaps included.</summary>
    public long Length { get; }

    /// <summary>The first element.</summary>
    public T* Pointer => (T*)_buffer.Pointer;

    /// <summary>All elements, gaps included.</summary>
    public Span<T> Span => new(Pointer, checked((int)Length));

    /// <summary>The number of elements, gaps not counted.</summary>
    public long Elements => _tensors.Sum(static tensor => tensor.Shape.ElementsPerSample);

    /// <summary>The tensor of that name.</summary>
    /// <param name="name">For example <c>hidden1.weight</c> or <c>hidden1.bn.gamma</c>.</param>
    /// <exception cref="GraphException">EK0106: there is none.</exception>
    public Tensor<T> this[string name] => _byName.TryGetValue(name, out var tensor) ? tensor : throw GraphException.UnknownTensor(name, _byName.Keys);

    /// <summary>Whether there is a tensor of that name.</summary>
    /// <param name="name">For example <c>hidden1.weight</c>.</param>
    /// <param name="tensor">The tensor; null where there is none.</param>
    public bool TryGet(string name, out Tensor<T>? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>Another store with the same layout, all zero: shadow values, moving averages, optimizer slots.</summary>
    public TensorStore<T> CloneLayout() => new(_tensors.Select(static tensor => (tensor.Name, tensor.Shape)));

    /// <summary>Overwrites all values with those of a store of the same layout.</summary>
    /// <param name="other">Made by <see cref="CloneLayout"/>, or of a model built alike.</param>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void CopyFrom(TensorStore<T> other)
    {
        if (other.Length != Length || other.Count != Count) throw new ArgumentException("The stores have different layouts.", nameof(other));
        Buffer.MemoryCopy(other.Pointer, Pointer, Length * sizeof(T), Length * sizeof(T));
    }

    /// <inheritdoc/>
    public IEnumerator<Tensor<T>> GetEnumerator() => _tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
