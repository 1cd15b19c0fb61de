using System.Collections.Immutable;
using System.Globalization;

namespace Evenkeel.Graph.Shapes;

/// <summary>The shape of a tensor: <c>[N, sizes...]</c> with a leading count known at run time, or fixed sizes alone. Channels are last.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly ImmutableArray<int> _sizes;

    private Shape(bool isBatched, ImmutableArray<int> sizes)
    {
        foreach (var size in sizes) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(sizes));
        IsBatched = isBatched;
        _sizes = sizes;
    }

    /// <summary>A single number, <c>[]</c>.</summary>
    public static Shape Scalar => default;

    /// <summary>Whether the leading dimension is the run-time count N.</summary>
    public bool IsBatched { get; }

    /// <summary>The sizes without the count N.</summary>
    public ImmutableArray<int> Sizes => _sizes.IsDefault ? [] : _sizes;

    /// <summary>The number of dimensions, N included.</summary>
    public int Rank => Sizes.Length + (IsBatched ? 1 : 0);

    /// <summary>The product of <see cref="Sizes"/>: elements of one sample, or of the whole tensor where nothing is batched.</summary>
    public long ElementsPerSample => Sizes.Aggregate(1L, static (product, size) => product * size);

    /// <summary>The last size, the vector lane of every kernel; 1 for a scalar and for <c>[N]</c>.</summary>
    public int Channels => Sizes.Length == 0 ? 1 : Sizes[^1];

    /// <summary>How often a sample repeats its channels: H * W for <c>[N, H, W, C]</c>, 1 for <c>[N, F]</c>.</summary>
    public int RowsPerSample => checked((int)(ElementsPerSample / Channels));

    /// <summary><c>[N, sizes...]</c></summary>
    /// <param name="sizes">The sizes of one sample, channels last, each at least 1: <c>28, 28, 1</c>.</param>
    public static Shape Batch(params ReadOnlySpan<int> sizes) => new(true, [.. sizes]);

    /// <summary><c>[sizes...]</c>, no count.</summary>
    /// <param name="sizes">The sizes, each at least 1; none for a single number.</param>
    public static Shape Of(params ReadOnlySpan<int> sizes) => new(false, [.. sizes]);

    /// <summary>All elements when the leading dimension is <paramref name="count"/>.</summary>
    public long Elements(int count) => IsBatched ? count * ElementsPerSample : ElementsPerSample;

    /// <summary>Rows of the two-dimensional view rows x channels when the leading dimension is <paramref name="count"/>.</summary>
    public int Rows(int count) => checked((int)(Elements(count) / Channels));

    /// <inheritdoc/>
    public bool Equals(Shape other) => IsBatched == other.IsBatched && Sizes.AsSpan().SequenceEqual(other.Sizes.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(IsBatched);
        foreach (var size in Sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary><c>[N, 28, 28, 1]</c>, <c>[784, 100]</c>, <c>[]</c></summary>
    public override string ToString()
    {
        var sizes = Sizes.Select(static size => size.ToString(CultureInfo.InvariantCulture));
        return $"[{string.Join(", ", IsBatched ? sizes.Prepend("N") : sizes)}]";
    }

    /// <summary>Whether the shapes are equal.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether the shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
