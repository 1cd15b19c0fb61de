using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = x min(6, max(0, x + 3)) / 6</c>, <c>f' = 0</c> where <c>x &lt;= -3</c>, 1 where <c>x &gt;= 3</c>, else <c>x / 3 + 1/2</c>. NaN stays NaN.</summary>
/// <remarks>MobileNetV3: Howard et al., arXiv 1905.02244, section 5.2.</remarks>
public readonly struct HardSwish : IActivation
{
    /// <inheritdoc/>
    public static string Name => "hard_swish";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Input;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P>
    {
        x = P.Max(P.Broadcast(-3f), x);
        return x * (P.Min(P.Broadcast(6f), x + P.Broadcast(3f)) * P.Broadcast(1f / 6));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P>
    {
        var inner = P.MultiplyAdd(saved, P.Broadcast(1f / 3), P.Broadcast(0.5f));
        return P.SelectGreater(saved, P.Broadcast(-3f), P.SelectGreater(P.Broadcast(3f), saved, inner, P.Broadcast(1f)), P.Zero);
    }
}
