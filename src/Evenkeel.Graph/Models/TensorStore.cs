using System.Collections;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Graph.Models;

/// <summary>Named tensors side by side in one block of memory, so that an update or a copy is one sweep and another set of values is another base pointer.</summary>
public sealed unsafe class TensorStore : IReadOnlyCollection<Tensor>
{
    /// <summary>Tensors start at multiples of so many floats (one cache line); the gaps are zero and stay so.</summary>
    public const int Alignment = 16;

    private readonly NativeBuffer _buffer;
    private readonly List<Tensor> _tensors = [];
    private readonly Dictionary<string, Tensor> _byName = new(StringComparer.Ordinal);

    /// <summary>Lays tensors out in the given order.</summary>
    /// <exception cref="GraphException">EK0104: a name is used twice.</exception>
    public TensorStore(IEnumerable<(string Name, Shape Shape)> tensors)
    {
        var offset = 0L;
        foreach (var (name, shape) in tensors)
        {
            var tensor = new Tensor(this, name, shape, offset);
            if (!_byName.TryAdd(name, tensor)) throw GraphException.DuplicateName(name);
            _tensors.Add(tensor);
            offset += (shape.ElementsPerSample + Alignment - 1) / Alignment * Alignment;
        }

        _buffer = new NativeBuffer(offset);
    }

    /// <summary>The number of tensors.</summary>
    public int Count => _tensors.Count;

    /// <summary>All floats, gaps included.</summary>
    public long Length => _buffer.Length;

    /// <summary>The first float.</summary>
    public float* Pointer => _buffer.Pointer;

    /// <summary>All floats, gaps included.</summary>
    public Span<float> Span => _buffer.Span;

    /// <summary>The number of elements, gaps not counted.</summary>
    public long Elements => _tensors.Sum(static tensor => tensor.Shape.ElementsPerSample);

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="GraphException">EK0106: there is none.</exception>
    public Tensor this[string name] => _byName.TryGetValue(name, out var tensor) ? tensor : throw GraphException.UnknownTensor(name, _byName.Keys);

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool TryGet(string name, out Tensor? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>Another store with the same layout, all zero: shadow values, moving averages, optimizer slots.</summary>
    public TensorStore CloneLayout() => new(_tensors.Select(static tensor => (tensor.Name, tensor.Shape)));

    /// <summary>Overwrites all values with those of a store of the same layout.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void CopyFrom(TensorStore other)
    {
        if (other.Length != Length || other.Count != Count) throw new ArgumentException("The stores have different layouts.", nameof(other));
        Buffer.MemoryCopy(other.Pointer, Pointer, Length * sizeof(float), Length * sizeof(float));
    }

    /// <inheritdoc/>
    public IEnumerator<Tensor> GetEnumerator() => _tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
