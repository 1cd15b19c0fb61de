using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>The mean or the sum of every window: <c>y[o, c] = f[o] sum_(i in o) x[i, c]</c>, where f is one over the <see cref="PoolingDivisor"/>.</summary>
/// <remarks>
/// One chain of float additions per output, row by row, then one product. Lanes are channels, the remainder is a partial pack.
/// Reads every window's inputs, writes 4 bytes per output. NaN and infinity reach the outputs that see them.
/// </remarks>
public readonly unsafe struct AveragePooling : IKernel<PoolingArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref PoolingArguments arguments)
        where P : struct, IPack<P>
    {
        var shape = arguments.Shape;
        nint channels = shape.Channels;
        for (var image = arguments.FirstImage; image < arguments.EndImage; image++)
        {
            var x = arguments.Input + (image * shape.InputFloats);
            for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
            {
                var y = arguments.Output + (image * shape.OutputFloats) + (row * shape.Columns.Outputs * channels);
                for (var column = 0; column < shape.Columns.Outputs; column++, y += channels)
                {
                    var window = new Window(shape.Rows.Starts[row], shape.Rows.Ends[row], shape.Columns.Starts[column], shape.Columns.Ends[column]);
                    Pool<P>(x, shape.Columns.Size, channels, window, PoolingFactor.Of(arguments.Divisor, shape, row, column), y);
                }
            }
        }
    }

    private static void Pool<P>(float* x, int width, nint channels, Window window, float factor, float* y)
        where P : struct, IPack<P>
    {
        nint channel = 0;
        for (; channel + P.Width <= channels; channel += P.Width) OnePack<P, Off>(x + channel, width, channels, window, factor, y + channel, P.Width);
        if (channel < channels) OnePack<P, On>(x + channel, width, channels, window, factor, y + channel, (int)(channels - channel));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TPartial>(float* x, int width, nint channels, Window window, float factor, float* y, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var sum = P.Zero;
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            var at = x + (((row * width) + window.FirstColumn) * channels);
            for (var column = window.FirstColumn; column < window.EndColumn; column++, at += channels) sum += Lanes.Load<P, TPartial>(at, count);
        }

        Lanes.Store<P, TPartial>(y, sum * P.Broadcast(factor), count);
    }
}
