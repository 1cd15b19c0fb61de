namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The positions of one axis of the written tensor that see the same taps of the filter, and where these taps read.</summary>
/// <remarks>
/// Position i of the phase is <c>First + i Step</c> of the written tensor; tap t of it reads position <c>i SourceStep + Offsets[t]</c>.
/// The forward direction is one phase. The input gradient of stride s falls into s phases, each a convolution of stride one with every s-th tap
/// in reverse order: no product with a zero between two rows of dy is ever made.
/// </remarks>
internal sealed class AxisPhase
{
    private AxisPhase(int first, int step, int length, int sourceStep, IEnumerable<(int Tap, int Offset)> taps)
    {
        First = first;
        Step = step;
        Count = length > first ? (length - first + step - 1) / step : 0;
        SourceStep = sourceStep;
        (int Tap, int Offset)[] ordered = [.. taps.OrderBy(static tap => tap.Offset)];
        Taps = [.. ordered.Select(static tap => tap.Tap)];
        Offsets = [.. ordered.Select(static tap => tap.Offset)];
        IsDense = Enumerable.Range(0, Offsets.Length).All(t => Offsets[t] == Offsets[0] + t);
    }

    public int First { get; }

    public int Step { get; }

    /// <summary>Positions of the phase, 0 or more.</summary>
    public int Count { get; }

    public int SourceStep { get; }

    /// <summary>The taps' indices in the filter, in the order of what they read; empty where a stride leaves positions without any.</summary>
    public int[] Taps { get; }

    public int[] Offsets { get; }

    /// <summary>Positions between what two neighbouring taps read.</summary>
    public int OffsetStep => Offsets.Length < 2 ? 0 : Offsets[1] - Offsets[0];

    /// <summary>From a tap's index to that of the next one.</summary>
    public int TapStep => Taps.Length < 2 ? 0 : Taps[1] - Taps[0];

    /// <summary>Whether the taps read neighbours, so that all of them are one run of memory along a row.</summary>
    public bool IsDense { get; }

    /// <summary>The phases of the rows that a direction writes; the filter gradient has those of the forward direction.</summary>
    public static AxisPhase[] Rows(ConvolutionDirection direction, in ConvolutionShape shape) => direction == ConvolutionDirection.InputGradient
        ? InputGradient(shape.KernelHeight, shape.StrideHeight, shape.DilationHeight, shape.PaddingTop, shape.Height)
        : Forward(shape.KernelHeight, shape.StrideHeight, shape.DilationHeight, shape.PaddingTop, shape.OutputHeight);

    /// <summary>The phases of the columns, likewise.</summary>
    public static AxisPhase[] Columns(ConvolutionDirection direction, in ConvolutionShape shape) => direction == ConvolutionDirection.InputGradient
        ? InputGradient(shape.KernelWidth, shape.StrideWidth, shape.DilationWidth, shape.PaddingLeft, shape.Width)
        : Forward(shape.KernelWidth, shape.StrideWidth, shape.DilationWidth, shape.PaddingLeft, shape.OutputWidth);

    private static AxisPhase[] Forward(int kernel, int stride, int dilation, int padding, int outputs) =>
        [new(0, 1, outputs, stride, Enumerable.Range(0, kernel).Select(tap => (tap, tap * dilation - padding)))];

    private static AxisPhase[] InputGradient(int kernel, int stride, int dilation, int padding, int inputs)
    {
        var phases = new AxisPhase[stride];
        for (var phase = 0; phase < stride; phase++)
        {
            // dx[i] takes dy[o] where o stride = i + padding - tap dilation.
            var first = phase;
            var taps = Enumerable.Range(0, kernel)
                .Where(tap => (first + padding - tap * dilation) % stride == 0)
                .Select(tap => (tap, (first + padding - tap * dilation) / stride));
            phases[phase] = new(first, stride, inputs, 1, taps);
        }

        return phases;
    }

    /// <summary>The positions of the phase whose places in the written tensor lie in <c>[first, end)</c>.</summary>
    public (int First, int End) Within(int first, int end) => (Above(first), Above(end));

    /// <summary>The taps that read inside a source of the given length at a position.</summary>
    public (int First, int End) Inside(int position, int length)
    {
        var at = position * SourceStep;
        var first = 0;
        var end = Offsets.Length;
        while (first < end && at + Offsets[first] < 0) first++;
        while (end > first && at + Offsets[end - 1] >= length) end--;
        return (first, end);
    }

    /// <summary>What is read, padding included, to write the places <c>[first, end)</c>; empty where they have no taps.</summary>
    public static (int First, int End) Reach(AxisPhase[] phases, int first, int end)
    {
        var low = int.MaxValue;
        var high = int.MinValue;
        foreach (var phase in phases)
        {
            var (begin, stop) = phase.Within(first, end);
            if (begin == stop || phase.Offsets.Length == 0) continue;
            low = Math.Min(low, begin * phase.SourceStep + phase.Offsets[0]);
            high = Math.Max(high, (stop - 1) * phase.SourceStep + phase.Offsets[^1] + 1);
        }

        return low > high ? (0, 0) : (low, high);
    }

    /// <summary>The most positions of a source of the given length that any <paramref name="block"/> neighbouring places need.</summary>
    public static int MostRead(AxisPhase[] phases, int places, int block, int length)
    {
        var most = 1;
        for (var place = 0; place < places; place++)
        {
            var (first, end) = Reach(phases, place, Math.Min(place + block, places));
            most = Math.Max(most, Math.Min(end, length) - Math.Max(first, 0));
        }

        return most;
    }

    private int Above(int place) => Math.Clamp((place - First + Step - 1) / Step, 0, Count);
}
