namespace Evenkeel.Layers;

/// <summary>A number of rows and a number of columns; a single number stands for both.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct Size2(int Height, int Width)
{
    /// <summary>The same number twice.</summary>
    public static implicit operator Size2(int size) => new(size, size);

    /// <summary>Rows and columns.</summary>
    public static implicit operator Size2((int Height, int Width) size) => new(size.Height, size.Width);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Height} x {Width}");
}
