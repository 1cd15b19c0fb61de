using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>The sum of two tensors: <c>y = a + b</c>.</summary>
public readonly struct Add : IElementFunction
{
    /// <inheritdoc/>
    public static bool ReadsSecond => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, Packs.IPack<P> => a + b;
}
