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

    /// <summary>Floats from one row of a part to the next; unused where there is one row.</summary>
    public nint RowStride;

    /// <summary>The number of parts, 1 or more.</summary>
    public int Count;

    /// <summary>Written: the sums [rows, length].</summary>
    public float* Output;

    /// <summary>Floats from one row of the sums to the next; unused where there is one row.</summary>
    public nint OutputStride;

    /// <summary>The rows of a part.</summary>
    public int Rows;

    /// <summary>The numbers in a row.</summary>
    public int Length;
}

/// <summary>Adds what pieces of work summed for themselves: <c>y[r, i] = sum_p parts[p, r, i]</c>, parts in ascending order.</summary>
/// <remarks>One chain of float additions per number. Lanes are numbers, the remainder is a partial pack. Reads 4 bytes per part and number, writes 4 per number. NaN and infinity reach their sum.</remarks>
public readonly unsafe struct PartSums : IKernel<PartSumsArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref PartSumsArguments arguments)
        where P : struct, IPack<P>
    {
        for (var row = 0; row < arguments.Rows; row++)
            Row<P>(arguments.Parts + (row * arguments.RowStride), arguments.Stride, arguments.Count, arguments.Output + (row * arguments.OutputStride), arguments.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<P>(float* parts, nint stride, int count, float* output, int length)
        where P : struct, IPack<P>
    {
        var i = 0;
        for (; i + (4 * P.Width) <= length; i += 4 * P.Width) FourPacks<P>(parts + i, stride, count, output + i);
        for (; i < length; i += P.Width)
        {
            var lanes = Math.Min(P.Width, length - i);
            var part = parts + i;
            var sum = P.LoadPartial(part, lanes);
            for (var p = 1; p < count; p++) sum += P.LoadPartial(part += stride, lanes);
            P.StorePartial(output + i, sum, lanes);
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
