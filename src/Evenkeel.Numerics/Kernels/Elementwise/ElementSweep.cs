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
/// <remarks>Traffic: reads 4 bytes per element and tensor, writes 4. Lanes are channels, the remainder is a partial pack. Rounding and NaN are the function's own; no sums.</remarks>
public readonly unsafe struct ElementSweep<TFunction> : IKernel<ElementSweepArguments>
    where TFunction : struct, IElementFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref ElementSweepArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var column = window.FirstColumn;
        for (; column + (2 * P.Width) <= window.EndColumn; column += 2 * P.Width) TwoPacks<P>(ref arguments, column);
        for (; column + P.Width <= window.EndColumn; column += P.Width) OnePack<P, Off>(ref arguments, column, P.Width);
        if (column < window.EndColumn) OnePack<P, On>(ref arguments, column, window.EndColumn - column);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TwoPacks<P>(ref ElementSweepArguments arguments, int column)
        where P : struct, IPack<P>
    {
        var stride = arguments.Stride;
        var offset = (arguments.Window.FirstRow * stride) + column;
        float* a = arguments.First + offset, b = arguments.Second + offset, y = arguments.Output + offset;
        var c0 = Channel<P, Off>(ref arguments, column, P.Width);
        var c1 = Channel<P, Off>(ref arguments, column + P.Width, P.Width);
        for (var row = arguments.Window.Rows; row > 0; row--)
        {
            var y0 = TFunction.Apply(P.Load(a), TFunction.ReadsSecond ? P.Load(b) : P.Zero, c0);
            var y1 = TFunction.Apply(P.Load(a + P.Width), TFunction.ReadsSecond ? P.Load(b + P.Width) : P.Zero, c1);
            P.Store(y, y0);
            P.Store(y + P.Width, y1);
            a += stride;
            b += stride;
            y += stride;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TPartial>(ref ElementSweepArguments arguments, int column, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var stride = arguments.Stride;
        var offset = (arguments.Window.FirstRow * stride) + column;
        float* a = arguments.First + offset, b = arguments.Second + offset, y = arguments.Output + offset;
        var c = Channel<P, TPartial>(ref arguments, column, count);
        for (var row = arguments.Window.Rows; row > 0; row--)
        {
            var second = TFunction.ReadsSecond ? Lanes.Load<P, TPartial>(b, count) : P.Zero;
            Lanes.Store<P, TPartial>(y, TFunction.Apply(Lanes.Load<P, TPartial>(a, count), second, c), count);
            a += stride;
            b += stride;
            y += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Channel<P, TPartial>(ref ElementSweepArguments arguments, int column, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        if (TFunction.ReadsFactor) return P.Broadcast(*arguments.Channel);
        return TFunction.ReadsChannel ? Lanes.Load<P, TPartial>(arguments.Channel + column, count) : P.Zero;
    }
}
