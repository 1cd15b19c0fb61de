using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>Adam: <c>g += decay w</c>, <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>, <c>w -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)</c>.</summary>
/// <remarks>Kingma and Ba 2015, Algorithm 1; weight decay is coupled, as in PyTorch.</remarks>
public readonly struct AdamRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        first = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), first, P.Broadcast(numbers.FirstComplement) * gradient);
        second = P.MultiplyAdd(P.Broadcast(numbers.SecondRetention), second, P.Broadcast(numbers.SecondComplement) * gradient * gradient);
        var deviation = P.SquareRoot(second * P.Broadcast(numbers.SecondCorrection)) + P.Broadcast(numbers.Epsilon);
        var step = P.Broadcast(numbers.LearningRate * numbers.FirstCorrection) * first / deviation;
        return parameter - step;
    }
}
