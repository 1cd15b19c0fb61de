using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>AdaGrad: <c>g += decay w</c>, <c>G += g^2</c>, <c>w -= rate g / (sqrt G + epsilon)</c>.</summary>
/// <remarks>Duchi, Hazan and Singer, JMLR 12 (2011), in the form of PyTorch. Slot: sum of squares.</remarks>
public readonly struct AdaGradRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        first = P.MultiplyAdd(gradient, gradient, first);
        return parameter - (P.Broadcast(numbers.LearningRate) * gradient / (P.SquareRoot(first) + P.Broadcast(numbers.Epsilon)));
    }
}
