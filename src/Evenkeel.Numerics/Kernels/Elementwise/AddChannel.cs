using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>Adds one number per channel: a bias: <c>y = a + c[j]</c>.</summary>
public readonly struct AddChannel : IElementFunction
{
    /// <inheritdoc/>
    public static bool ReadsChannel => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, Packs.IPack<P> => a + c;
}
