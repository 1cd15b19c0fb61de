using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>What every element adds to the gradient of its channel's slope: <c>a b</c> where b is not above 0, else 0, with a = dy and b = x.</summary>
/// <remarks>He et al., arXiv 1502.01852, equation 3. NaN in x reaches the sum.</remarks>
public readonly struct PreluSlope : IElementFunction
{
    /// <inheritdoc/>
    public static bool ReadsSecond => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, IPack<P> => P.SelectGreater(b, P.Zero, P.Zero, a * b);
}
