using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>The step of LAMB along the direction of <see cref="LambDirectionRule"/>, with the layer's factor in the rate: <c>w -= rate r</c>; the slots stay.</summary>
/// <remarks>You et al., arXiv 1904.00962, Algorithm 2. Slots: mean, mean square.</remarks>
public readonly struct LambRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P> => P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), Direction(parameter, first, second, ref numbers), parameter);

    /// <summary>r, the same bits in both sweeps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static P Direction<P>(P parameter, P first, P second, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        var deviation = P.SquareRoot(second * P.Broadcast(numbers.SecondCorrection)) + P.Broadcast(numbers.Epsilon);
        return P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, P.Broadcast(numbers.FirstCorrection) * first / deviation);
    }
}
