using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>Adam with decoupled weight decay: <c>w -= rate decay w</c>, then Adam without decay.</summary>
/// <remarks>Loshchilov and Hutter 2019, Algorithm 2, in the form of PyTorch (decay times the learning rate).</remarks>
public readonly struct AdamWRule : IUpdateRule
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
        var deviation = P.SquareRoot(second * P.Broadcast(numbers.SecondCorrection)) + P.Broadcast(numbers.Epsilon);
        var step = P.Broadcast(numbers.LearningRate * numbers.FirstCorrection) * first / deviation;
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate * numbers.WeightDecay), parameter, parameter) - step;
    }
}
