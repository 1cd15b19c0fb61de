using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>Arguments of <see cref="ElementSweep{TFunction}"/>.</summary>
public unsafe struct ElementSweepArguments
{
    /// <summary>a [rows, channels].</summary>
    public float* First;

    /// <summary>b [rows, channels], where the function reads it.</summary>
    public float* Second;

    /// <summary>c [channels] where the function reads a number per channel, or one number where it reads a factor.</summary>
    public float* Channel;

    /// <summary>Written: y [rows, channels]; may be a or b itself.</summary>
    public float* Output;

    /// <summary>Floats from one row to the next, in all tensors.</summary>
    public nint Stride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;
}

/// <summary>One sweep <c>y[r, j] = f(a[r, j], b[r, j], c[j])</c>.</summary>
/// <typeparam name="TFunction">f.</typeparam>
/// <remarks>
/// Traffic: reads 4 bytes per element and tensor, writes 4. Lanes are channels, the remainder is a partial pack; a piece of whole rows is
/// swept as one long row where f reads nothing per channel. Rounding and NaN are the function's own; no sums.
/// </remarks>
public readonly unsafe struct ElementSweep<TFunction> : IKernel<ElementSweepArguments>
    where TFunction : struct, IElementFunction
{
    // Rows are swept in blocks, so that the strips of a wide tensor find their neighbours' cache lines still near.
    private const int BlockRows = 128;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref ElementSweepArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var stride = arguments.Stride;
        var offset = (window.FirstRow * stride) + window.FirstColumn;
        float* a = arguments.First + offset, b = TFunction.ReadsSecond ? arguments.Second + offset : null, y = arguments.Output + offset;
        if (!TFunction.ReadsChannel && window.Columns == stride)
        {
            // Rows of four packs that follow one another, then what is left of the last one.
            var wide = (nint)4 * P.Width;
            var elements = window.Rows * stride;
            var whole = elements / wide;
            FourPacks<P>(a, b, arguments.Channel, y, wide, whole);
            var done = whole * wide;
            Rest<P>(a + done, TFunction.ReadsSecond ? b + done : null, arguments.Channel, y + done, wide, 1, (int)(elements - done));
            return;
        }

        for (var row = 0; row < window.Rows; row += BlockRows)
        {
            var rows = Math.Min(BlockRows, window.Rows - row);
            var from = row * stride;
            var column = 0;
            for (; column + (4 * P.Width) <= window.Columns; column += 4 * P.Width)
                FourPacks<P>(a + from + column, b + from + column, Channel(ref arguments, column), y + from + column, stride, rows);
            Rest<P>(a + from + column, b + from + column, Channel(ref arguments, column), y + from + column, stride, rows, window.Columns - column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Channel(ref ElementSweepArguments arguments, int column) =>
        TFunction.ReadsChannel ? arguments.Channel + arguments.Window.FirstColumn + column : arguments.Channel;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Constant<P, TPartial>(float* channel, int lane, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        if (TFunction.ReadsFactor) return P.Broadcast(*channel);
        return TFunction.ReadsChannel ? Lanes.Load<P, TPartial>(channel + lane, count) : P.Zero;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourPacks<P>(float* a, float* b, float* channel, float* y, nint stride, nint rows)
        where P : struct, IPack<P>
    {
        var c0 = Constant<P, Off>(channel, 0, 0);
        var c1 = Constant<P, Off>(channel, P.Width, 0);
        var c2 = Constant<P, Off>(channel, 2 * P.Width, 0);
        var c3 = Constant<P, Off>(channel, 3 * P.Width, 0);
        for (; rows > 0; rows--)
        {
            var y0 = TFunction.Apply(P.Load(a), TFunction.ReadsSecond ? P.Load(b) : P.Zero, c0);
            var y1 = TFunction.Apply(P.Load(a + P.Width), TFunction.ReadsSecond ? P.Load(b + P.Width) : P.Zero, c1);
            var y2 = TFunction.Apply(P.Load(a + (2 * P.Width)), TFunction.ReadsSecond ? P.Load(b + (2 * P.Width)) : P.Zero, c2);
            var y3 = TFunction.Apply(P.Load(a + (3 * P.Width)), TFunction.ReadsSecond ? P.Load(b + (3 * P.Width)) : P.Zero, c3);
            P.Store(y, y0);
            P.Store(y + P.Width, y1);
            P.Store(y + (2 * P.Width), y2);
            P.Store(y + (3 * P.Width), y3);
            a += stride;
            b += stride;
            y += stride;
        }
    }

    /// <summary>Fewer columns than four packs.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Rest<P>(float* a, float* b, float* channel, float* y, nint stride, int rows, int columns)
        where P : struct, IPack<P>
    {
        var column = 0;
        for (; column + P.Width <= columns; column += P.Width)
            OnePack<P, Off>(a + column, b + column, Constant<P, Off>(channel, column, 0), y + column, stride, rows, P.Width);
        var count = columns - column;
        if (count > 0) OnePack<P, On>(a + column, b + column, Constant<P, On>(channel, column, count), y + column, stride, rows, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TPartial>(float* a, float* b, P c, float* y, nint stride, int rows, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        for (; rows > 0; rows--)
        {
            var second = TFunction.ReadsSecond ? Lanes.Load<P, TPartial>(b, count) : P.Zero;
            Lanes.Store<P, TPartial>(y, TFunction.Apply(Lanes.Load<P, TPartial>(a, count), second, c), count);
            a += stride;
            b += stride;
            y += stride;
        }
    }
}
