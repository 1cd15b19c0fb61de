using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>The rectifier with a slope per channel: <c>y = a</c> where <c>a &gt; 0</c>, else <c>c[j] a</c>.</summary>
/// <remarks>He et al., arXiv 1502.01852, equation 1. NaN stays NaN.</remarks>
public readonly struct Prelu : IElementFunction
{
    /// <inheritdoc/>
    public static bool ReadsChannel => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, IPack<P> => P.SelectGreater(a, P.Zero, a, a * c);
}
