using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>The largest input of every window: <c>y[o, c] = max_(i in o) x[i, c]</c>, and where it stood.</summary>
/// <remarks>
/// Of equal inputs the first one of the window is taken, row by row. A NaN in the window gives NaN (the last one of several is the one whose position is kept). Padding is never the largest.
/// Lanes are channels, the remainder is a partial pack. Reads every window's inputs, writes 4 bytes per output, 8 with positions.
/// </remarks>
public readonly unsafe struct MaxPooling : IKernel<PoolingArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref PoolingArguments arguments)
        where P : struct, IPack<P>
    {
        var shape = arguments.Shape;
        var columns = shape.Columns.Outputs;
        nint channels = shape.Channels;
        for (var image = arguments.FirstImage; image < arguments.EndImage; image++)
        {
            var x = arguments.Input + (image * shape.InputFloats);
            for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
            {
                var offset = (image * shape.OutputFloats) + (row * columns * channels);
                for (var column = 0; column < columns; column++, offset += channels)
                {
                    var window = new Window(shape.Rows.Starts[row], shape.Rows.Ends[row], shape.Columns.Starts[column], shape.Columns.Ends[column]);
                    if (arguments.Positions == null) Pool<P, Off>(x, shape.Columns.Size, channels, window, arguments.Output + offset, null);
                    else Pool<P, On>(x, shape.Columns.Size, channels, window, arguments.Output + offset, arguments.Positions + offset);
                }
            }
        }
    }

    private static void Pool<P, TPositions>(float* x, int width, nint channels, Window window, float* y, float* positions)
        where P : struct, IPack<P>
        where TPositions : struct, ISwitch
    {
        nint channel = 0;
        for (; channel + P.Width <= channels; channel += P.Width)
            OnePack<P, TPositions, Off>(x + channel, width, channels, window, y + channel, positions + channel, P.Width);
        if (channel < channels)
            OnePack<P, TPositions, On>(x + channel, width, channels, window, y + channel, positions + channel, (int)(channels - channel));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TPositions, TPartial>(float* x, int width, nint channels, Window window, float* y, float* positions, int count)
        where P : struct, IPack<P>
        where TPositions : struct, ISwitch
        where TPartial : struct, ISwitch
    {
        var first = (window.FirstRow * width) + window.FirstColumn;
        var best = Lanes.Load<P, TPartial>(x + (first * channels), count);
        var place = P.Broadcast(first);
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            for (var column = window.FirstColumn; column < window.EndColumn; column++)
            {
                var at = (row * width) + column;
                var value = Lanes.Load<P, TPartial>(x + (at * channels), count);
                var isNumber = P.EqualTo(value, value);
                if (TPositions.IsOn) place = P.Select(isNumber, P.SelectGreater(value, best, P.Broadcast(at), place), P.Broadcast(at));
                best = P.Select(isNumber, P.SelectGreater(value, best, value, best), value);
            }
        }

        Lanes.Store<P, TPartial>(y, best, count);
        if (TPositions.IsOn) Lanes.Store<P, TPartial>(positions, place, count);
    }
}
