using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary><c>l = |x - t|</c>, <c>l' = sign(x - t)</c>, 0 at 0.</summary>
/// <remarks>The parameter is not read.</remarks>
public readonly struct AbsoluteError : IElementLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P x, P t, P parameter, out P gradient)
        where P : struct, IPack<P>
    {
        var difference = x - t;
        gradient = P.Select(P.EqualTo(difference, P.Zero), P.Zero, P.CopySign(P.Broadcast(1f), difference));

        // A sign has no NaN of its own.
        gradient = P.Select(P.EqualTo(difference, difference), gradient, difference);
        return P.Abs(difference);
    }
}
