using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = min(1, max(-1, x))</c>, <c>f' = 1</c> where <c>-1 &lt; y &lt; 1</c>, else 0. NaN stays NaN.</summary>
/// <remarks>Collobert, Large scale machine learning, 2004.</remarks>
public readonly struct HardTanh : IActivation
{
    /// <inheritdoc/>
    public static string Name => "hard_tanh";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsCheap => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.Min(P.Broadcast(1f), P.Max(P.Broadcast(-1f), x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.SelectGreater(P.Broadcast(1f), P.Abs(saved), P.Broadcast(1f), P.Zero);
}
