using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>LARS, with the layer's factor in the rate: <c>v = mu v + rate (g + decay w)</c>, <c>w -= v</c>.</summary>
/// <remarks>You, Gitman and Ginsburg, arXiv 1708.03888, Algorithm 1. Slot: momentum.</remarks>
public readonly struct LarsRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        var step = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        first = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), first, P.Broadcast(numbers.LearningRate) * step);
        return parameter - first;
    }
}
