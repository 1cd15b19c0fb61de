using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = x</c> where <c>x &gt; 0</c>, else <c>0.01 x</c>; <c>f' = 1</c> where <c>y &gt; 0</c>, else 0.01 (also at 0). NaN stays NaN.</summary>
/// <remarks>Maas, Hannun and Ng, ICML 2013, with their slope. A slope that is learnt is the layer <c>prelu</c>.</remarks>
public readonly struct LeakyRelu : IActivation
{
    private const float Slope = 0.01f;

    /// <inheritdoc/>
    public static string Name => "leaky_relu";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsCheap => true;

    /// <inheritdoc/>
    public static bool IsInvertible => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.Max(x * P.Broadcast(Slope), x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.SelectGreater(saved, P.Zero, P.Broadcast(1f), P.Broadcast(Slope));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Inverse<P>(P y)
        where P : struct, IPack<P> => P.SelectGreater(y, P.Zero, y, y / P.Broadcast(Slope));
}
