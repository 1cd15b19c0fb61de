using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>A tensor times one number: <c>y = s a</c>.</summary>
public readonly struct MultiplyFactor : IElementFunction
{
    /// <inheritdoc/>
    public static bool ReadsFactor => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, Packs.IPack<P> => a * c;
}
