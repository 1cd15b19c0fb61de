using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.DropConnect;

/// <summary>The gradient of <see cref="MaskedProduct"/> by x: <c>dx[n, i] = k sum_j m[n, i, j] W[i, j] dy[n, j]</c>.</summary>
/// <remarks>Lanes are units: four sums over every fourth pack, the remainder in the first, then over the lanes. A row of weights goes through all samples of the piece while it is in cache.</remarks>
public readonly unsafe struct MaskedProductInputGradient : IKernel<MaskedProductArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref MaskedProductArguments arguments)
        where P : struct, IPack<P>
    {
        for (var row = 0; row < arguments.Inputs; row++)
        {
            var w = arguments.Weight + ((long)row * arguments.Units);
            for (var sample = arguments.FirstSample; sample < arguments.EndSample; sample++)
                arguments.Input[((long)sample * arguments.Inputs) + row] = arguments.Kept * Dot<P>(w, arguments.Output + ((long)sample * arguments.Units), arguments.RowOf(sample, row), arguments.Units);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Dot<P>(float* w, float* dy, uint* bits, int units)
        where P : struct, IPack<P>
    {
        P sum0 = P.Zero, sum1 = P.Zero, sum2 = P.Zero, sum3 = P.Zero;
        nint unit = 0;
        for (; unit + (4 * P.Width) <= units; unit += 4 * P.Width)
        {
            P.AddProduct(ref sum0, MaskedProductArguments.Keep(bits, unit, P.Load(w + unit)), P.Load(dy + unit));
            P.AddProduct(ref sum1, MaskedProductArguments.Keep(bits, unit + P.Width, P.Load(w + unit + P.Width)), P.Load(dy + unit + P.Width));
            P.AddProduct(ref sum2, MaskedProductArguments.Keep(bits, unit + (2 * P.Width), P.Load(w + unit + (2 * P.Width))), P.Load(dy + unit + (2 * P.Width)));
            P.AddProduct(ref sum3, MaskedProductArguments.Keep(bits, unit + (3 * P.Width), P.Load(w + unit + (3 * P.Width))), P.Load(dy + unit + (3 * P.Width)));
        }

        for (; unit < units; unit += P.Width)
        {
            var count = (int)Math.Min(P.Width, units - unit);
            P.AddProduct(ref sum0, MaskedProductArguments.Keep(bits, unit, P.LoadPartial(w + unit, count)), P.LoadPartial(dy + unit, count));
        }

        return P.Sum((sum0 + sum1) + (sum2 + sum3));
    }
}
