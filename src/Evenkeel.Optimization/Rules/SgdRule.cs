using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>Plain gradient descent: <c>g += decay w</c>, <c>w -= rate g</c>.</summary>
/// <remarks>Weight decay is coupled: an L2 penalty.</remarks>
public readonly struct SgdRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), gradient, parameter);
    }
}
