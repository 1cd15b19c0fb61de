using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = x Phi(x)</c> with the normal distribution Phi, exactly and not by tanh; <c>f' = Phi(x) + x phi(x)</c>. Within 5 ulp on both sides (4.5 to the left and 3.3 to the right measured, 3.1e-7 relative), 0 at -infinity, NaN stays NaN.</summary>
/// <remarks>
/// Hendrycks and Gimpel, arXiv 1606.08415. With <c>t = |x|</c>: <c>f = max(0, x) - t Phi(-t)</c>, and <c>f' = d</c> for x up to 0, <c>1 - d</c> above, with <c>d = Phi(-t) - t phi(t)</c>.
/// </remarks>
public readonly struct Gelu : IActivation
{
    /// <inheritdoc/>
    public static string Name => "gelu";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Input;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.Max(P.Zero, x) - NormalTail.Weighted(P.Abs(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P>
    {
        var d = NormalTail.LessWeightedDensity(P.Abs(saved));
        return P.SelectGreater(saved, P.Zero, P.Broadcast(1f) - d, d);
    }
}
