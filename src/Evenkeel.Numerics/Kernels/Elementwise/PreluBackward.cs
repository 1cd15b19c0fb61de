using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>The cotangent in front of a rectifier with a slope per channel: <c>dx = a</c> where <c>b &gt; 0</c>, else <c>c[j] a</c>, with a = dy and b = x.</summary>
/// <remarks>He et al., arXiv 1502.01852, equation 1, differentiated.</remarks>
public readonly struct PreluBackward : IElementFunction
{
    /// <inheritdoc/>
    public static bool ReadsSecond => true;

    /// <inheritdoc/>
    public static bool ReadsChannel => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, IPack<P> => P.SelectGreater(b, P.Zero, a, a * c);
}
