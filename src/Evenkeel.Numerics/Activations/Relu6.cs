using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = min(6, max(0, x))</c>, <c>f' = 1</c> where <c>0 &lt; y &lt; 6</c>, else 0 (also at 0 and 6). NaN stays NaN.</summary>
/// <remarks>A. Krizhevsky, Convolutional deep belief networks on CIFAR-10, 2010; Howard et al., arXiv 1704.04861.</remarks>
public readonly struct Relu6 : IActivation
{
    /// <inheritdoc/>
    public static string Name => "relu6";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsCheap => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.Min(P.Broadcast(6f), P.Max(P.Zero, x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.SelectGreater(saved, P.Zero, P.SelectGreater(P.Broadcast(6f), saved, P.Broadcast(1f), P.Zero), P.Zero);
}
