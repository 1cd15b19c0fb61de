using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>AMSGrad: Adam that divides by the largest mean square so far, <c>x = max(x, v)</c>, <c>w -= rate (m / (1 - b1^t)) / (sqrt(x / (1 - b2^t)) + epsilon)</c>, with <c>g += decay w</c> first.</summary>
/// <remarks>Reddi, Kale and Kumar, ICLR 2018, Algorithm 2, with the corrections of PyTorch. Slots: mean, mean square, largest mean square.</remarks>
public readonly struct AmsGradRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        first = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), first, P.Broadcast(numbers.FirstComplement) * gradient);
        second = P.MultiplyAdd(P.Broadcast(numbers.SecondRetention), second, P.Broadcast(numbers.SecondComplement) * gradient * gradient);
        third = P.Max(third, second);
        var deviation = P.SquareRoot(third * P.Broadcast(numbers.SecondCorrection)) + P.Broadcast(numbers.Epsilon);
        return parameter - (P.Broadcast(numbers.LearningRate * numbers.FirstCorrection) * first / deviation);
    }
}
