namespace Evenkeel.Graph.Shapes;

/// <summary>Places at regular steps along one dimension: <c>Start, Start + Step, ...</c>, <c>Count</c> of them.</summary>
/// <param name="Start">The first place, 0 or more.</param>
/// <param name="Count">How many, 1 or more.</param>
/// <param name="Step">From one to the next, 1 or more.</param>
public readonly record struct SliceRange(int Start, int Count, int Step = 1)
{
    /// <summary>Whether the places are sensible and lie within <paramref name="size"/>.</summary>
    public bool IsWithin(int size) => Start >= 0 && Count >= 1 && Step >= 1 && Start + ((Count - 1L) * Step) < size;

    /// <summary>All places of a dimension.</summary>
    public static SliceRange All(int size) => new(0, size);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Start}..{Start + ((Count - 1L) * Step)}{(Step == 1 ? "" : $" by {Step}")}");
}

/// <summary>A part of every image <c>[H, W, C]</c>: rows and columns at regular steps, and a run of channels. For <c>[N, F]</c> rows and columns are one place each.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Channels">The channels; their step is 1.</param>
public readonly record struct ImageSlice(SliceRange Rows, SliceRange Columns, SliceRange Channels)
{
    /// <summary>A run of channels of everything.</summary>
    /// <param name="whole"><c>[N, F]</c> or <c>[N, H, W, C]</c></param>
    /// <param name="start">The first channel.</param>
    /// <param name="count">How many.</param>
    public static ImageSlice OfChannels(Shape whole, int start, int count)
    {
        var (height, width) = Plane(whole);
        return new ImageSlice(SliceRange.All(height), SliceRange.All(width), new SliceRange(start, count));
    }

    /// <summary>The shape of the part of <paramref name="whole"/>, or null where it does not lie within.</summary>
    public Shape? Of(Shape whole)
    {
        if (whole is not { IsBatched: true, Rank: 2 or 4 }) return null;
        var (height, width) = Plane(whole);
        if (!Rows.IsWithin(height) || !Columns.IsWithin(width) || !Channels.IsWithin(whole.Channels) || Channels.Step != 1) return null;
        return whole.Rank == 2 ? Shape.Batch(Channels.Count) : Shape.Batch(Rows.Count, Columns.Count, Channels.Count);
    }

    /// <inheritdoc/>
    public override string ToString() => $"rows {Rows}, columns {Columns}, channels {Channels}";

    private static (int Height, int Width) Plane(Shape shape) => shape.Rank == 4 ? (shape.Sizes[0], shape.Sizes[1]) : (1, 1);
}
