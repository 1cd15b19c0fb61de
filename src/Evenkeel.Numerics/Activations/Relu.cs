using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = max(0, x)</c>, <c>f' = 1</c> where <c>y &gt; 0</c>, else 0 (also at 0). NaN stays NaN.</summary>
/// <remarks>V. Nair, G. Hinton, Rectified linear units improve restricted Boltzmann machines, ICML 2010.</remarks>
public readonly struct Relu : IActivation
{
    /// <inheritdoc/>
    public static string Name => "relu";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsCheap => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.Max(P.Zero, x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.SelectGreater(saved, P.Zero, P.Broadcast(1f), P.Zero);
}
