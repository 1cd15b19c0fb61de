using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = min(6, max(0, x + 3)) / 6</c>, <c>f' = 1/6</c> where <c>0 &lt; y &lt; 1</c>, else 0. NaN stays NaN.</summary>
/// <remarks>In the form of MobileNetV3 (Howard et al., arXiv 1905.02244, section 5.2) and PyTorch; Keras has <c>0.2 x + 0.5</c>.</remarks>
public readonly struct HardSigmoid : IActivation
{
    /// <inheritdoc/>
    public static string Name => "hard_sigmoid";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsCheap => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.Min(P.Broadcast(6f), P.Max(P.Zero, x + P.Broadcast(3f))) * P.Broadcast(1f / 6);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.SelectGreater(saved, P.Zero, P.SelectGreater(P.Broadcast(1f), saved, P.Broadcast(1f / 6), P.Zero), P.Zero);
}
