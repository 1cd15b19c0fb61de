using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>Arguments of <see cref="LocalResponseForward"/> and <see cref="LocalResponseBackward"/>.</summary>
public unsafe struct LocalResponseArguments
{
    /// <summary>x [rows, channels], row after row.</summary>
    public float* Input;

    /// <summary>dy [rows, channels]; unread forward.</summary>
    public float* OutputGradient;

    /// <summary>Written: y [rows, channels], backward dx; may be x forward and dy backward.</summary>
    public float* Output;

    /// <summary>Scratch floats, <see cref="LocalResponse.ScratchFloats"/>.</summary>
    public float* Scratch;

    /// <summary>The first row of this piece.</summary>
    public int FirstRow;

    /// <summary>One past its last row.</summary>
    public int EndRow;

    /// <summary>Channels of a row.</summary>
    public int Channels;

    /// <summary>Channels of a window, odd.</summary>
    public int Size;

    /// <summary>What multiplies the mean square of the window.</summary>
    public float Alpha;

    /// <summary>The power.</summary>
    public float Beta;

    /// <summary>k, above 0.</summary>
    public float Bias;
}

/// <summary>What both directions of local response normalisation share.</summary>
public static unsafe class LocalResponse
{
    /// <summary>Scratch floats of a row: three copies with room for half a window and a pack at both ends.</summary>
    public static long ScratchFloats(int channels, int size) => 3L * Padded(channels, size);

    internal static int Padded(int channels, int size) => channels + size + 32;

    /// <summary>Writes <c>values</c> behind half a window of zeros, with zeros behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float* Clear(float* scratch, int channels, int size)
    {
        new Span<float>(scratch, Padded(channels, size)).Clear();
        return scratch + (size / 2);
    }

    /// <summary>The sum over the window around place i of padded values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static P Sum<P>(float* values, int i, int size)
        where P : struct, IPack<P>
    {
        var sum = P.Zero;
        for (var offset = -(size / 2); offset <= size / 2; offset++) sum += P.Load(values + i + offset);
        return sum;
    }

    /// <summary><c>d = k + alpha / n sum x^2</c> of a row, padded; the squares are left in the first copy of the scratch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float* Squares<P>(ref LocalResponseArguments arguments, float* x)
        where P : struct, IPack<P>
    {
        var squares = Clear(arguments.Scratch, arguments.Channels, arguments.Size);
        for (var i = 0; i < arguments.Channels; i += P.Width)
        {
            var count = Math.Min(P.Width, arguments.Channels - i);
            var value = P.LoadPartial(x + i, count);
            P.StorePartial(squares + i, value * value, count);
        }

        return squares;
    }
}

/// <summary>Local response normalisation: <c>y = x d^-beta</c> with <c>d = k + alpha / n sum x^2</c> over the n channels around each channel.</summary>
/// <remarks>
/// Krizhevsky, Sutskever and Hinton 2012, section 3.3, with alpha divided by the window's size as in Caffe and PyTorch; windows end at the first and the last channel, n does not.
/// Traffic: reads and writes 4 bytes per element; a row stays in the first cache level. <c>d^-beta = exp(-beta log d)</c>. NaN reaches the channels whose windows hold it.
/// </remarks>
public readonly unsafe struct LocalResponseForward : IKernel<LocalResponseArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref LocalResponseArguments arguments)
        where P : struct, IPack<P>
    {
        P alpha = P.Broadcast(arguments.Alpha / arguments.Size), bias = P.Broadcast(arguments.Bias), power = P.Broadcast(-arguments.Beta);
        for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
        {
            float* x = arguments.Input + ((long)row * arguments.Channels), y = arguments.Output + ((long)row * arguments.Channels);
            var squares = LocalResponse.Squares<P>(ref arguments, x);
            for (var i = 0; i < arguments.Channels; i += P.Width)
            {
                var count = Math.Min(P.Width, arguments.Channels - i);
                var d = P.MultiplyAdd(alpha, LocalResponse.Sum<P>(squares, i, arguments.Size), bias);
                P.StorePartial(y + i, P.LoadPartial(x + i, count) * PackMath.Exp(power * PackMath.Log(d)), count);
            }
        }
    }
}

/// <summary>The gradient of <see cref="LocalResponseForward"/>: <c>dx = dy d^-beta - 2 alpha beta / n x sum(dy x d^(-beta-1))</c>, the sum over the channel's window.</summary>
/// <remarks>Traffic: reads 8 and writes 4 bytes per element; d is computed anew from x, so that nothing is saved.</remarks>
public readonly unsafe struct LocalResponseBackward : IKernel<LocalResponseArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref LocalResponseArguments arguments)
        where P : struct, IPack<P>
    {
        var padded = LocalResponse.Padded(arguments.Channels, arguments.Size);
        P alpha = P.Broadcast(arguments.Alpha / arguments.Size), bias = P.Broadcast(arguments.Bias), power = P.Broadcast(-arguments.Beta);
        var factor = P.Broadcast(-2 * arguments.Alpha * arguments.Beta / arguments.Size);
        for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
        {
            var at = (long)row * arguments.Channels;
            float* x = arguments.Input + at, dy = arguments.OutputGradient + at, dx = arguments.Output + at;
            var squares = LocalResponse.Squares<P>(ref arguments, x);
            float* terms = LocalResponse.Clear(arguments.Scratch + padded, arguments.Channels, arguments.Size), powers = arguments.Scratch + (2 * padded);
            for (var i = 0; i < arguments.Channels; i += P.Width)
            {
                var count = Math.Min(P.Width, arguments.Channels - i);
                var d = P.MultiplyAdd(alpha, LocalResponse.Sum<P>(squares, i, arguments.Size), bias);
                var scale = PackMath.Exp(power * PackMath.Log(d));
                P.Store(powers + i, scale);
                P.StorePartial(terms + i, P.LoadPartial(dy + i, count) * P.LoadPartial(x + i, count) * scale / d, count);
            }

            for (var i = 0; i < arguments.Channels; i += P.Width)
            {
                var count = Math.Min(P.Width, arguments.Channels - i);
                var through = factor * P.LoadPartial(x + i, count) * LocalResponse.Sum<P>(terms, i, arguments.Size);
                P.StorePartial(dx + i, P.MultiplyAdd(P.LoadPartial(dy + i, count), P.Load(powers + i), through), count);
            }
        }
    }
}
