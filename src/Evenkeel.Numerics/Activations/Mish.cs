using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = x tanh(ln(1 + e^x))</c>; within 4 ulp, 0 at -infinity, NaN stays NaN.</summary>
/// <remarks>Misra, arXiv 1908.08681. With <c>e = e^x</c> and <c>n = e (e + 2)</c> it is <c>x n / (n + 2)</c>, and <c>f' = n / (n + 2) + 4 x e (e + 1) / (n + 2)^2</c>: one exponential.</remarks>
public readonly struct Mish : IActivation
{
    // Above, tanh is 1 in every digit; below, the result is under half of the smallest subnormal.
    private const float Highest = 20f;

    private const float Lowest = -110f;

    /// <inheritdoc/>
    public static string Name => "mish";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Input;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P>
    {
        x = P.Max(P.Broadcast(Lowest), x);
        var e = PackMath.Exp(P.Min(P.Broadcast(Highest), x));
        var n = e * (e + P.Broadcast(2f));
        return x * (n / (n + P.Broadcast(2f)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P>
    {
        saved = P.Min(P.Broadcast(Highest), P.Max(P.Broadcast(Lowest), saved));
        var e = PackMath.Exp(saved);
        var n = e * (e + P.Broadcast(2f));
        var divisor = P.Broadcast(1f) / (n + P.Broadcast(2f));
        return divisor * P.MultiplyAdd(P.Broadcast(4f) * saved * divisor, e * (e + P.Broadcast(1f)), n);
    }
}
