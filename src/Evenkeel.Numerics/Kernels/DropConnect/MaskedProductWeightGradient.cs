using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.DropConnect;

/// <summary>The gradient of <see cref="MaskedProduct"/> by W: <c>dW[i, j] = k sum_n m[n, i, j] x[n, i] dy[n, j]</c>.</summary>
/// <remarks>Lanes are units, two packs at a time, the remainder pack by pack; sums run over the samples in order.</remarks>
public readonly unsafe struct MaskedProductWeightGradient : IKernel<MaskedProductArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref MaskedProductArguments arguments)
        where P : struct, IPack<P>
    {
        nint unit = 0;
        for (; unit + (2 * P.Width) <= arguments.Units; unit += 2 * P.Width)
        {
            for (var row = arguments.FirstRow; row < arguments.EndRow; row++) Panel<P>(ref arguments, row, unit);
        }

        for (; unit < arguments.Units; unit += P.Width)
        {
            var count = (int)Math.Min(P.Width, arguments.Units - unit);
            for (var row = arguments.FirstRow; row < arguments.EndRow; row++) Rest<P>(ref arguments, row, unit, count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Panel<P>(ref MaskedProductArguments arguments, int row, nint unit)
        where P : struct, IPack<P>
    {
        var x = arguments.Input + row;
        var dy = arguments.Output + unit;
        var bits = arguments.RowOf(0, row);
        var words = KeepBits.Words(arguments.Inputs, arguments.Units);
        P sum0 = P.Zero, sum1 = P.Zero;
        for (var sample = 0; sample < arguments.EndSample; sample++, x += arguments.Inputs, dy += arguments.Units, bits += words)
        {
            var value = P.Broadcast(*x);
            P.AddProduct(ref sum0, value, MaskedProductArguments.Keep(bits, unit, P.Load(dy)));
            P.AddProduct(ref sum1, value, MaskedProductArguments.Keep(bits, unit + P.Width, P.Load(dy + P.Width)));
        }

        var kept = P.Broadcast(arguments.Kept);
        var dw = arguments.Weight + ((long)row * arguments.Units) + unit;
        P.Store(dw, sum0 * kept);
        P.Store(dw + P.Width, sum1 * kept);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Rest<P>(ref MaskedProductArguments arguments, int row, nint unit, int count)
        where P : struct, IPack<P>
    {
        var x = arguments.Input + row;
        var dy = arguments.Output + unit;
        var bits = arguments.RowOf(0, row);
        var words = KeepBits.Words(arguments.Inputs, arguments.Units);
        var sum = P.Zero;
        for (var sample = 0; sample < arguments.EndSample; sample++, x += arguments.Inputs, dy += arguments.Units, bits += words)
            P.AddProduct(ref sum, P.Broadcast(*x), MaskedProductArguments.Keep(bits, unit, P.LoadPartial(dy, count)));
        P.StorePartial(arguments.Weight + ((long)row * arguments.Units) + unit, sum * P.Broadcast(arguments.Kept), count);
    }
}
