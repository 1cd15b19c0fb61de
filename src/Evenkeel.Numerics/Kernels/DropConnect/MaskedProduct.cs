using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.DropConnect;

/// <summary>A product with weights of which every sample drops its own: <c>y[n, j] = k sum_i m[n, i, j] W[i, j] x[n, i]</c>, m of 0 and 1.</summary>
/// <remarks>Wan et al., Regularization of neural networks using DropConnect, ICML 2013, algorithm 1. Lanes are units, four packs at a time, the remainder pack by pack; sums run over i in order. Panels go through all samples before the next, so that their weights stay in cache.</remarks>
public readonly unsafe struct MaskedProduct : IKernel<MaskedProductArguments>
{
    private const int Packs = 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref MaskedProductArguments arguments)
        where P : struct, IPack<P>
    {
        nint unit = 0;
        for (; unit + (Packs * P.Width) <= arguments.Units; unit += Packs * P.Width)
        {
            for (var sample = arguments.FirstSample; sample < arguments.EndSample; sample++) Panel<P>(ref arguments, sample, unit);
        }

        for (; unit < arguments.Units; unit += P.Width)
        {
            var count = (int)Math.Min(P.Width, arguments.Units - unit);
            for (var sample = arguments.FirstSample; sample < arguments.EndSample; sample++) Rest<P>(ref arguments, sample, unit, count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Panel<P>(ref MaskedProductArguments arguments, int sample, nint unit)
        where P : struct, IPack<P>
    {
        var w = arguments.Weight + unit;
        var bits = arguments.RowOf(sample, 0);
        var x = arguments.Input + ((long)sample * arguments.Inputs);
        var words = KeepBits.RowWords(arguments.Units);
        P sum0 = P.Zero, sum1 = P.Zero, sum2 = P.Zero, sum3 = P.Zero;
        for (var i = 0; i < arguments.Inputs; i++, w += arguments.Units, bits += words)
        {
            var value = P.Broadcast(x[i]);
            P.AddProduct(ref sum0, value, MaskedProductArguments.Keep(bits, unit, P.Load(w)));
            P.AddProduct(ref sum1, value, MaskedProductArguments.Keep(bits, unit + P.Width, P.Load(w + P.Width)));
            P.AddProduct(ref sum2, value, MaskedProductArguments.Keep(bits, unit + (2 * P.Width), P.Load(w + (2 * P.Width))));
            P.AddProduct(ref sum3, value, MaskedProductArguments.Keep(bits, unit + (3 * P.Width), P.Load(w + (3 * P.Width))));
        }

        var kept = P.Broadcast(arguments.Kept);
        var y = arguments.Output + ((long)sample * arguments.Units) + unit;
        P.Store(y, sum0 * kept);
        P.Store(y + P.Width, sum1 * kept);
        P.Store(y + (2 * P.Width), sum2 * kept);
        P.Store(y + (3 * P.Width), sum3 * kept);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Rest<P>(ref MaskedProductArguments arguments, int sample, nint unit, int count)
        where P : struct, IPack<P>
    {
        var w = arguments.Weight + unit;
        var bits = arguments.RowOf(sample, 0);
        var x = arguments.Input + ((long)sample * arguments.Inputs);
        var words = KeepBits.RowWords(arguments.Units);
        var sum = P.Zero;
        for (var i = 0; i < arguments.Inputs; i++, w += arguments.Units, bits += words)
            P.AddProduct(ref sum, P.Broadcast(x[i]), MaskedProductArguments.Keep(bits, unit, P.LoadPartial(w, count)));
        P.StorePartial(arguments.Output + ((long)sample * arguments.Units) + unit, sum * P.Broadcast(arguments.Kept), count);
    }
}
