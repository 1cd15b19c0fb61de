using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = x s(x)</c> with the logistic s, also called swish; <c>f' = s(x) (1 + x s(-x))</c>. Within 3 ulp, 0 at -infinity, NaN stays NaN.</summary>
/// <remarks>Elfwing, Uchibe and Doya, arXiv 1702.03118; Ramachandran, Zoph and Le, arXiv 1710.05941.</remarks>
public readonly struct Silu : IActivation
{
    // Further left the result is below half of the smallest subnormal.
    private const float Lowest = -110f;

    /// <inheritdoc/>
    public static string Name => "silu";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Input;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P>
    {
        x = P.Max(P.Broadcast(Lowest), x);
        return x * PackMath.Sigmoid(x);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P>
    {
        saved = P.Max(P.Broadcast(Lowest), P.Min(P.Broadcast(-Lowest), saved));
        var sigmoid = PackMath.Sigmoid(saved);
        return sigmoid * P.MultiplyAdd(saved, P.Broadcast(1f) - sigmoid, P.Broadcast(1f));
    }
}
