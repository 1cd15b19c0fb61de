using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Evenkeel.Data.Datasets;

/// <summary>The shape of one sample, without the batch dimension, channels last: <c>[784]</c>, <c>[28, 28, 1]</c>.</summary>
/// <remarks>Made by a collection expression: <c>SampleShape shape = [28, 28, 1];</c>. Compared by value.</remarks>
[CollectionBuilder(typeof(SampleShape), nameof(Create))]
public sealed class SampleShape : IEquatable<SampleShape>, IReadOnlyList<int>
{
    private readonly int[] _dimensions;

    private SampleShape(int[] dimensions, int length)
    {
        _dimensions = dimensions;
        Length = length;
    }

    /// <summary>Makes a shape; no dimension at all means a single number.</summary>
    /// <param name="dimensions">At least 1 each; the last one counts the channels.</param>
    /// <exception cref="DatasetException">EK0308: a dimension below 1, or a product beyond <see cref="int.MaxValue"/>.</exception>
    public static SampleShape Create(ReadOnlySpan<int> dimensions)
    {
        long length = 1;
        foreach (var dimension in dimensions)
        {
            if (dimension < 1 || (length *= dimension) > int.MaxValue) throw DataErrors.BadShape(Format(dimensions));
        }

        return new SampleShape(dimensions.ToArray(), (int)length);
    }

    /// <summary>The dimensions in order, channels last.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>How many dimensions there are.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>How many features a sample has: the product of the dimensions.</summary>
    public int Length { get; }

    /// <summary>The channels of an image <c>[H, W, C]</c> or sequence <c>[T, C]</c> (the last dimension), 1 for a flat sample <c>[F]</c>.</summary>
    public int Channels => _dimensions.Length < 2 ? 1 : _dimensions[^1];

    /// <inheritdoc/>
    int IReadOnlyCollection<int>.Count => _dimensions.Length;

    /// <summary>One dimension.</summary>
    /// <param name="index">From 0.</param>
    public int this[int index] => _dimensions[index];

    /// <inheritdoc/>
    public bool Equals(SampleShape? other) => other is not null && Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SampleShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var dimension in _dimensions) hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>The shape in brackets, as everywhere in Evenkeel: <c>[28, 28, 1]</c>.</summary>
    public override string ToString() => Format(_dimensions);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_dimensions).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => _dimensions.GetEnumerator();

    private static string Format(ReadOnlySpan<int> dimensions)
    {
        var parts = new string[dimensions.Length];
        for (var i = 0; i < parts.Length; i++) parts[i] = dimensions[i].ToString(CultureInfo.InvariantCulture);
        return "[" + string.Join(", ", parts) + "]";
    }
}
