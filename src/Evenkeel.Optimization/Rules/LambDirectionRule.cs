using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>The direction of LAMB: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>, <c>r = (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon) + decay w</c>; r stands for the new parameter.</summary>
/// <remarks>You et al., arXiv 1904.00962, Algorithm 2. Slots: mean, mean square.</remarks>
public readonly struct LambDirectionRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        first = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), first, P.Broadcast(numbers.FirstComplement) * gradient);
        second = P.MultiplyAdd(P.Broadcast(numbers.SecondRetention), second, P.Broadcast(numbers.SecondComplement) * gradient * gradient);
        return LambRule.Direction(parameter, first, second, ref numbers);
    }
}
