using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace OwnParts;

/// <summary><c>f(x) = max(0, x)^2</c>, <c>f' = 2 max(0, x)</c>. NaN stays NaN.</summary>
/// <remarks>So et al., Primer, arXiv 2109.08668.</remarks>
public readonly struct SquaredRelu : IActivation
{
    /// <inheritdoc/>
    public static string Name => "squared_relu";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Input;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P>
    {
        var positive = P.Max(P.Zero, x);
        return positive * positive;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.Broadcast(2f) * P.Max(P.Zero, saved);
}
