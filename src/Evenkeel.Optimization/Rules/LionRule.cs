using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>Lion: <c>c = b1 m + (1 - b1) g</c>, <c>w -= rate (sign c + decay w)</c>, <c>m = b2 m + (1 - b2) g</c>; the sign of 0 is 0.</summary>
/// <remarks>Chen et al., arXiv 2302.06675, Algorithm 2; decay is decoupled. Slot: momentum.</remarks>
public readonly struct LionRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        var mixed = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), first, P.Broadcast(numbers.FirstComplement) * gradient);
        first = P.MultiplyAdd(P.Broadcast(numbers.SecondRetention), first, P.Broadcast(numbers.SecondComplement) * gradient);
        var sign = P.Select(P.EqualTo(mixed, P.Zero), P.Zero, P.CopySign(P.Broadcast(1f), mixed));
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, sign), parameter);
    }
}
