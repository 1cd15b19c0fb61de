using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>Arguments of <see cref="BytesToFloats"/>.</summary>
public unsafe struct BytesToFloatsArguments
{
    /// <summary>Bytes, channels last.</summary>
    public byte* Bytes;

    /// <summary>Written: the floats.</summary>
    public float* Values;

    /// <summary>Elements.</summary>
    public int Count;

    /// <summary>Channels; element i is of channel <c>i mod channels</c>.</summary>
    public int Channels;

    /// <summary>What is subtracted: element i is that of channel <c>i mod channels</c>, for <c>channels + 16</c> elements, so that a pack can start at any channel.</summary>
    public float* Mean;

    /// <summary>What the difference is multiplied by; laid out as the means.</summary>
    public float* Scale;
}

/// <summary>Bytes of images to standardised floats: <c>y = (b / 255 - mean) scale</c>, rounded as these three operations one after the other.</summary>
/// <remarks>
/// The quotient comes from a product with 1/255 and one correction by its remainder, which for every byte is the correctly rounded quotient where multiply-add is fused; a division would take longer than all the rest.
/// Traffic: reads 1 and writes 4 bytes per element.
/// </remarks>
public readonly unsafe struct BytesToFloats : IKernel<BytesToFloatsArguments>
{
    private const float Most = 255f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref BytesToFloatsArguments arguments)
        where P : struct, IPack<P>
    {
        var (count, channels) = (arguments.Count, arguments.Channels);
        byte* b = arguments.Bytes;
        float* y = arguments.Values, mean = arguments.Mean, scale = arguments.Scale;
        var step = P.Width % channels;
        var channel = 0;
        for (; count >= P.Width; count -= P.Width)
        {
            P.Store(y, Convert(P.LoadBytes(b), P.Load(mean + channel), P.Load(scale + channel)));
            b += P.Width;
            y += P.Width;
            channel += step;
            if (channel >= channels) channel -= channels;
        }

        if (count == 0) return;
        var rest = stackalloc byte[P.Width];
        for (var i = 0; i < count; i++) rest[i] = b[i];
        P.StorePartial(y, Convert(P.LoadBytes(rest), P.Load(mean + channel), P.Load(scale + channel)), count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Convert<P>(P value, P mean, P scale)
        where P : struct, IPack<P>
    {
        var reciprocal = P.Broadcast(1 / Most);
        var quotient = value * reciprocal;
        var remainder = P.MultiplyAdd(quotient, P.Broadcast(-Most), value);
        quotient = P.MultiplyAdd(remainder, reciprocal, quotient);
        return (quotient - mean) * scale;
    }
}
