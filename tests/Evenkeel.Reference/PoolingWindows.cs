namespace Evenkeel.Reference;

/// <summary>The windows of a pooling along rows or along columns, by their definitions. A window may reach into the padding: places below 0 or from <paramref name="Size"/> on.</summary>
/// <param name="Size">The inputs along the axis.</param>
/// <param name="Windows">For each output the first place of its window and the place after the last one.</param>
public sealed record PoolingWindows(int Size, (int Start, int End)[] Windows)
{
    /// <summary>Windows of <paramref name="window"/> places that move by <paramref name="stride"/> over <paramref name="before"/> + size + <paramref name="after"/> places.</summary>
    public static PoolingWindows Sliding(int size, int window, int stride, int before, int after)
    {
        List<(int, int)> windows = [];
        for (int start = -before; start + window <= size + after; start += stride) windows.Add((start, start + window));
        return new PoolingWindows(size, [.. windows]);
    }

    /// <summary>Adaptive pooling as PyTorch defines it: output i sees <c>floor(i size / outputs)</c> up to <c>ceil((i + 1) size / outputs)</c>.</summary>
    public static PoolingWindows Adaptive(int size, int outputs) =>
        new(size, [.. Enumerable.Range(0, outputs).Select(i => ((int)Math.Floor((double)i * size / outputs), (int)Math.Ceiling((i + 1.0) * size / outputs)))]);

    /// <summary>Graham's pseudo-random regions: <c>a_i = ceil(alpha (i + u))</c>, counted from a_0, alpha the length over the outputs; <c>[a_i, a_(i+1))</c>, or with the end where they overlap, which makes the length one less.</summary>
    public static PoolingWindows Fractional(int size, int outputs, double u, bool overlaps)
    {
        // A quotient of whole numbers is rounded up alike however it was rounded before.
        decimal length = overlaps ? size - 1 : size;
        int At(int i) => (int)(Math.Ceiling(length * (i + (decimal)u) / outputs) - Math.Ceiling(length * (decimal)u / outputs));
        return new(size, [.. Enumerable.Range(0, outputs).Select(i => (At(i), At(i + 1) + (overlaps ? 1 : 0)))]);
    }

    /// <summary>The inputs of a window, without padding.</summary>
    public IEnumerable<int> Inputs(int output) => Enumerable.Range(Windows[output].Start, Windows[output].End - Windows[output].Start).Where(i => i >= 0 && i < Size);
}
