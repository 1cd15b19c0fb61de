using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>The adjoint of <see cref="AveragePooling"/>: <c>dx[i, c] = sum of f[o] dy[o, c] over the windows o that see i</c>.</summary>
/// <remarks>
/// Every input gathers from the windows that see it, in their order, so pieces share nothing and the sum is the same for any cut.
/// Lanes are channels, the remainder is a partial pack. Reads 4 bytes per window and input, writes 4 per input. NaN and infinity reach every input of their window.
/// </remarks>
public readonly unsafe struct AveragePoolingBackward : IKernel<PoolingArguments>
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
            var dy = arguments.Output + (image * shape.OutputFloats);
            for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
            {
                var dx = arguments.Input + (image * shape.InputFloats) + (row * shape.Columns.Size * channels);
                for (var column = 0; column < shape.Columns.Size; column++, dx += channels)
                {
                    new Span<float>(dx, shape.Channels).Clear();
                    Gather<P>(ref arguments, dy, row, column, dx);
                }
            }
        }
    }

    private static void Gather<P>(ref PoolingArguments arguments, float* dy, int row, int column, float* dx)
        where P : struct, IPack<P>
    {
        var shape = arguments.Shape;
        for (var outputRow = shape.Rows.FirstOutputs[row]; outputRow < shape.Rows.EndOutputs[row]; outputRow++)
        {
            for (var outputColumn = shape.Columns.FirstOutputs[column]; outputColumn < shape.Columns.EndOutputs[column]; outputColumn++)
            {
                var factor = PoolingFactor.Of(arguments.Divisor, shape, outputRow, outputColumn);
                Add<P>(dy + (((nint)(outputRow * shape.Columns.Outputs) + outputColumn) * shape.Channels), P.Broadcast(factor), dx, shape.Channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Add<P>(float* dy, P factor, float* dx, int channels)
        where P : struct, IPack<P>
    {
        var channel = 0;
        for (; channel + P.Width <= channels; channel += P.Width) P.Store(dx + channel, P.MultiplyAdd(P.Load(dy + channel), factor, P.Load(dx + channel)));
        var count = channels - channel;
        if (count > 0) P.StorePartial(dx + channel, P.MultiplyAdd(P.LoadPartial(dy + channel, count), factor, P.LoadPartial(dx + channel, count)), count);
    }
}
