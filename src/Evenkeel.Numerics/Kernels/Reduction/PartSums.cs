using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Reduction;

/// <summary>Arguments of <see cref="PartSums"/>.</summary>
public unsafe struct PartSumsArguments
{
    /// <summary>The first number of the first part.</summary>
    public float* Parts;

    /// <summary>Floats from a part to the next.</summary>
    public nint Stride;

    /// <summary>The number of parts, 1 or more.</summary>
    public int Count;

    /// <summary>Written: the sums [length].</summary>
    public float* Output;

    /// <summary>The numbers of a part.</summary>
    public int Length;
}

/// <summary>Adds what pieces of work summed for themselves: <c>y[i] = sum_p parts[p, i]</c>, parts in ascending order.</summary>
/// <remarks>One chain of float additions per number. Lanes are numbers, the remainder is a partial pack. Reads 4 bytes per part and number, writes 4 per number. NaN and infinity reach their sum.</remarks>
public readonly unsafe struct PartSums : IKernel<PartSumsArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref PartSumsArguments arguments)
        where P : struct, IPack<P>
    {
        var i = 0;
        for (; i + (4 * P.Width) <= arguments.Length; i += 4 * P.Width) FourPacks<P>(arguments.Parts + i, arguments.Stride, arguments.Count, arguments.Output + i);
        for (; i < arguments.Length; i += P.Width)
        {
            var count = Math.Min(P.Width, arguments.Length - i);
            var part = arguments.Parts + i;
            var sum = P.LoadPartial(part, count);
            for (var p = 1; p < arguments.Count; p++) sum += P.LoadPartial(part += arguments.Stride, count);
            P.StorePartial(arguments.Output + i, sum, count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourPacks<P>(float* part, nint stride, int count, float* output)
        where P : struct, IPack<P>
    {
        var s0 = P.Load(part);
        var s1 = P.Load(part + P.Width);
        var s2 = P.Load(part + (2 * P.Width));
        var s3 = P.Load(part + (3 * P.Width));
        for (var p = 1; p < count; p++)
        {
            part += stride;
            s0 += P.Load(part);
            s1 += P.Load(part + P.Width);
            s2 += P.Load(part + (2 * P.Width));
            s3 += P.Load(part + (3 * P.Width));
        }

        P.Store(output, s0);
        P.Store(output + P.Width, s1);
        P.Store(output + (2 * P.Width), s2);
        P.Store(output + (3 * P.Width), s3);
    }
}
