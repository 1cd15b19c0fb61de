using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>The tensor itself: <c>y = a</c>.</summary>
public readonly struct Copy : IElementFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, Packs.IPack<P> => a;
}
