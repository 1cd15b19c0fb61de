using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Reduction;

/// <summary>Arguments of <see cref="GradientProbe"/>.</summary>
public unsafe struct GradientProbeArguments
{
    /// <summary>The numbers.</summary>
    public float* Values;

    /// <summary>How many.</summary>
    public int Count;

    /// <summary>Written: the sum of squares.</summary>
    public double SumOfSquares;

    /// <summary>Written: whether every number is finite; exact, whatever the sum of squares overflows to.</summary>
    public bool IsFinite;
}

/// <summary>One read of gradients: <c>sum g^2</c>, and whether all are finite.</summary>
/// <remarks>
/// <c>g 0</c> is 0 for finite g and NaN otherwise, so the sum of all of them is a test without a branch. Squares are summed in four chains of float over
/// blocks of 4,096 numbers, folded into double in order. Reads 4 bytes per element.
/// </remarks>
public readonly unsafe struct GradientProbe : IKernel<GradientProbeArguments>
{
    private const int Block = 4096;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref GradientProbeArguments arguments)
        where P : struct, IPack<P>
    {
        var total = 0.0;
        P bad0 = P.Zero, bad1 = P.Zero;
        for (var first = 0; first < arguments.Count; first += Block)
        {
            var g = arguments.Values + first;
            var count = Math.Min(Block, arguments.Count - first);
            P s0 = P.Zero, s1 = P.Zero, s2 = P.Zero, s3 = P.Zero;
            var i = 0;
            for (; i + (4 * P.Width) <= count; i += 4 * P.Width)
            {
                var g0 = P.Load(g + i);
                var g1 = P.Load(g + i + P.Width);
                var g2 = P.Load(g + i + (2 * P.Width));
                var g3 = P.Load(g + i + (3 * P.Width));
                s0 = P.MultiplyAdd(g0, g0, s0);
                s1 = P.MultiplyAdd(g1, g1, s1);
                s2 = P.MultiplyAdd(g2, g2, s2);
                s3 = P.MultiplyAdd(g3, g3, s3);
                bad0 = P.MultiplyAdd(g0, P.Zero, bad0);
                bad1 = P.MultiplyAdd(g1, P.Zero, bad1);
                bad0 = P.MultiplyAdd(g2, P.Zero, bad0);
                bad1 = P.MultiplyAdd(g3, P.Zero, bad1);
            }

            for (; i < count; i += P.Width)
            {
                var g0 = P.LoadPartial(g + i, Math.Min(P.Width, count - i));
                s0 = P.MultiplyAdd(g0, g0, s0);
                bad0 = P.MultiplyAdd(g0, P.Zero, bad0);
            }

            total += P.Sum((s0 + s1) + (s2 + s3));
        }

        arguments.SumOfSquares = total;
        arguments.IsFinite = P.Sum(bad0 + bad1) == 0;
    }
}
