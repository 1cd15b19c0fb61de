namespace Evenkeel.Layers;

/// <summary>Places added around an image: so many on every side, or as many as keep its size.</summary>
/// <remarks>Default is none, as in PyTorch and Keras.</remarks>
public readonly record struct Padding
{
    private Padding(bool isSame, int top, int bottom, int left, int right) => (IsSame, Top, Bottom, Left, Right) = (isSame, top, bottom, left, right);

    /// <summary>As many as make the output <c>ceil(size / stride)</c> long. An odd place goes to the bottom and to the right, as in TensorFlow; with an even size and stride 2 a filter of 3 pads 0 and 1, where PyTorch's networks pad 1 and 1.</summary>
    public static Padding Same { get; } = new(true, 0, 0, 0, 0);

    /// <summary>None.</summary>
    public static Padding None => default;

    /// <summary>Whether the size decides.</summary>
    public bool IsSame { get; }

    /// <summary>Rows above.</summary>
    public int Top { get; }

    /// <summary>Rows below.</summary>
    public int Bottom { get; }

    /// <summary>Columns to the left.</summary>
    public int Left { get; }

    /// <summary>Columns to the right.</summary>
    public int Right { get; }

    /// <summary>A number of places for each side.</summary>
    /// <param name="top">Rows above the image, at least 0.</param>
    /// <param name="bottom">Rows below.</param>
    /// <param name="left">Columns to the left.</param>
    /// <param name="right">Columns to the right.</param>
    public static Padding Of(int top, int bottom, int left, int right) => new(false, top, bottom, left, right);

    /// <summary>The same number of places on every side.</summary>
    public static implicit operator Padding(int size) => new(false, size, size, size, size);

    /// <summary>Rows and columns, the same at both ends.</summary>
    public static implicit operator Padding((int Rows, int Columns) size) => new(false, size.Rows, size.Rows, size.Columns, size.Columns);

    /// <inheritdoc/>
    public override string ToString() => IsSame ? "same" : FormattableString.Invariant($"top {Top}, bottom {Bottom}, left {Left}, right {Right}");

    /// <summary>The rows above and below an image whose windows reach so far.</summary>
    internal (int Before, int After) Rows(int size, int reach, int stride) => IsSame ? Keep(size, reach, stride) : (Top, Bottom);

    /// <summary>The columns to the left and to the right.</summary>
    internal (int Before, int After) Columns(int size, int reach, int stride) => IsSame ? Keep(size, reach, stride) : (Left, Right);

    private static (int Before, int After) Keep(int size, int reach, int stride)
    {
        // A stride below 1 is refused by the node, which says so.
        stride = Math.Max(1, stride);
        var outputs = (size + stride - 1) / stride;
        var total = Math.Max(0, ((outputs - 1) * stride) + reach - size);
        return (total / 2, total - (total / 2));
    }
}
