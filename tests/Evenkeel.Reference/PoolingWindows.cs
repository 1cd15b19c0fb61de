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

    /// <summary>The inputs of a window, without padding.</summary>
    public IEnumerable<int> Inputs(int output) => Enumerable.Range(Windows[output].Start, Windows[output].End - Windows[output].Start).Where(i => i >= 0 && i < Size);
}
