using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>The product of two tensors, element by element: <c>y = a b</c>.</summary>
public readonly struct Multiply : IElementFunction
{
    /// <inheritdoc/>
    public static bool ReadsSecond => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, Packs.IPack<P> => a * b;
}
