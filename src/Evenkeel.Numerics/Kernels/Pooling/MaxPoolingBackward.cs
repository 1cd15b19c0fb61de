using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>The gradient of a maximum goes to the input that was taken: <c>dx[i, c] = sum of dy[o, c] over the windows o that took i</c>.</summary>
/// <remarks>
/// Every input gathers from the windows that see it, in their order, so pieces share nothing and the sum is the same for any cut.
/// Lanes are channels, the remainder is a partial pack. Reads 8 bytes per window and input, writes 4 per input. NaN and infinity reach the input that was taken and no other.
/// </remarks>
public readonly unsafe struct MaxPoolingBackward : IKernel<PoolingArguments>
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
            var from = image * shape.OutputFloats;
            for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
            {
                var place = row * shape.Columns.Size;
                var dx = arguments.Input + (image * shape.InputFloats) + (place * channels);
                for (var column = 0; column < shape.Columns.Size; column++, place++, dx += channels)
                {
                    var window = new Window(shape.Rows.FirstOutputs[row], shape.Rows.EndOutputs[row], shape.Columns.FirstOutputs[column], shape.Columns.EndOutputs[column]);
                    Gather<P>(arguments.Output + from, arguments.Positions + from, shape.Columns.Outputs, channels, window, place, dx);
                }
            }
        }
    }

    private static void Gather<P>(float* dy, float* positions, int width, nint channels, Window window, int place, float* dx)
        where P : struct, IPack<P>
    {
        nint channel = 0;
        for (; channel + P.Width <= channels; channel += P.Width)
            OnePack<P, Off>(dy + channel, positions + channel, width, channels, window, place, dx + channel, P.Width);
        if (channel < channels)
            OnePack<P, On>(dy + channel, positions + channel, width, channels, window, place, dx + channel, (int)(channels - channel));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TPartial>(float* dy, float* positions, int width, nint channels, Window window, int place, float* dx, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var sum = P.Zero;
        var own = P.Broadcast(place);
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            for (var column = window.FirstColumn; column < window.EndColumn; column++)
            {
                var at = ((row * width) + column) * channels;
                sum += P.Select(P.EqualTo(Lanes.Load<P, TPartial>(positions + at, count), own), Lanes.Load<P, TPartial>(dy + at, count), P.Zero);
            }
        }

        Lanes.Store<P, TPartial>(dx, sum, count);
    }
}
