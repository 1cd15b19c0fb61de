using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary><c>l = max(0, 1 - t x)</c>, <c>l' = -t</c> where <c>t x &lt; 1</c>, else 0; t is -1 or 1.</summary>
/// <remarks>Cortes and Vapnik 1995. The parameter is not read.</remarks>
public readonly struct HingeError : IElementLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P x, P t, P parameter, out P gradient)
        where P : struct, IPack<P>
    {
        var margin = P.Broadcast(1f) - (t * x);
        gradient = P.SelectGreater(P.Zero, margin, P.Zero, P.Select(P.EqualTo(margin, P.Zero), P.Zero, -t));
        gradient = P.Select(P.EqualTo(margin, margin), gradient, margin);
        return P.Max(P.Zero, margin);
    }
}
