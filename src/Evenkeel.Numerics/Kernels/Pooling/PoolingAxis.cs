namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>The windows of a pooling along rows or along columns: output i sees the inputs <c>[Starts[i], Ends[i])</c>. Immutable, but for those of <see cref="Regions"/>.</summary>
/// <remarks>Windows are cut at the edges of the input, and starts and ends never decrease, so the outputs that see one input follow one another.</remarks>
public sealed class PoolingAxis
{
    private readonly int[] _starts;
    private readonly int[] _ends;
    private readonly int[] _counts;
    private readonly int[] _firstOutputs;
    private readonly int[] _endOutputs;

    private PoolingAxis(int size, int[] starts, int[] ends, int[] counts)
    {
        Size = size;
        (_starts, _ends, _counts) = (starts, ends, counts);
        (_firstOutputs, _endOutputs) = (new int[size], new int[size]);
        FindOutputs();
    }

    /// <summary>The number of inputs.</summary>
    public int Size { get; }

    /// <summary>The number of outputs.</summary>
    public int Outputs => _starts.Length;

    /// <summary>The first input of each output's window.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>The input after the last one of each window.</summary>
    public ReadOnlySpan<int> Ends => _ends;

    /// <summary>The places of each window, those in the padding included.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>For each input the first output that sees it.</summary>
    public ReadOnlySpan<int> FirstOutputs => _firstOutputs;

    /// <summary>For each input the output after the last one that sees it.</summary>
    public ReadOnlySpan<int> EndOutputs => _endOutputs;

    /// <summary>Whether every window holds at least one input.</summary>
    public bool IsCovered
    {
        get
        {
            for (var i = 0; i < Outputs; i++)
            {
                if (_ends[i] <= _starts[i]) return false;
            }

            return true;
        }
    }

    /// <summary>Windows of one size that move by a stride; as many outputs as fit into the padded input.</summary>
    /// <param name="size">The number of inputs, 1 or more.</param>
    /// <param name="window">The places of a window, 1 or more.</param>
    /// <param name="stride">From one window to the next, 1 or more.</param>
    /// <param name="before">Places of padding before the first input, 0 or more.</param>
    /// <param name="after">Places of padding behind the last input, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range, or no window fits.</exception>
    public static PoolingAxis Sliding(int size, int window, int stride, int before = 0, int after = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, size + before + after);
        var outputs = ((size + before + after - window) / stride) + 1;
        int[] starts = new int[outputs], ends = new int[outputs], counts = new int[outputs];
        for (var i = 0; i < outputs; i++)
        {
            var first = (i * stride) - before;
            starts[i] = Math.Clamp(first, 0, size);
            ends[i] = Math.Clamp(first + window, 0, size);
            counts[i] = window;
        }

        return new PoolingAxis(size, starts, ends, counts);
    }

    /// <summary>As many windows as outputs are wanted, spread evenly: window i is <c>[floor(i size / outputs), ceil((i + 1) size / outputs))</c>.</summary>
    /// <param name="size">The number of inputs, 1 or more.</param>
    /// <param name="outputs">The number of outputs, 1 or more; more than inputs repeat some.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static PoolingAxis Adaptive(int size, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        int[] starts = new int[outputs], ends = new int[outputs], counts = new int[outputs];
        for (var i = 0; i < outputs; i++)
        {
            starts[i] = (int)((long)i * size / outputs);
            ends[i] = (int)((((i + 1L) * size) + outputs - 1) / outputs);
            counts[i] = ends[i] - starts[i];
        }

        return new PoolingAxis(size, starts, ends, counts);
    }

    /// <summary>Regions that end where their owner says, for windows that change from one run to the next.</summary>
    /// <param name="size">The number of inputs, 1 or more.</param>
    /// <param name="bounds">See <see cref="SetRegions"/>.</param>
    /// <param name="overlaps">Likewise.</param>
    public static PoolingAxis Regions(int size, ReadOnlySpan<int> bounds, bool overlaps)
    {
        var outputs = bounds.Length - 1;
        var axis = new PoolingAxis(size, new int[outputs], new int[outputs], new int[outputs]);
        axis.SetRegions(bounds, overlaps);
        return axis;
    }

    /// <summary>Moves the regions: output i sees <c>[bounds[i], bounds[i + 1])</c>, or up to <c>bounds[i + 1]</c> itself where they overlap. For axes made by <see cref="Regions"/>, between runs.</summary>
    /// <param name="bounds">From 0, growing, one more than outputs; the last is the size, or the last input where regions overlap.</param>
    /// <param name="overlaps">Whether a region takes in the first input of the next.</param>
    public void SetRegions(ReadOnlySpan<int> bounds, bool overlaps)
    {
        for (var i = 0; i < Outputs; i++)
        {
            _starts[i] = bounds[i];
            _ends[i] = bounds[i + 1] + (overlaps ? 1 : 0);
            _counts[i] = _ends[i] - _starts[i];
        }

        FindOutputs();
    }

    private void FindOutputs()
    {
        var (first, end) = (0, 0);
        for (var input = 0; input < Size; input++)
        {
            while (first < Outputs && _ends[first] <= input) first++;
            end = Math.Max(end, first);
            while (end < Outputs && _starts[end] <= input) end++;
            (_firstOutputs[input], _endOutputs[input]) = (first, end);
        }
    }
}
