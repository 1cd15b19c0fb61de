using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = x</c>, <c>f' = 1</c>: the activation of a layer without one.</summary>
public readonly struct Identity : IActivation
{
    /// <inheritdoc/>
    public static string Name => "identity";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Nothing;

    /// <inheritdoc/>
    public static bool IsInvertible => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.Broadcast(1f);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Inverse<P>(P y)
        where P : struct, IPack<P> => y;
}
