using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>NAdam: Adam whose step looks ahead, <c>w -= rate (c1 m + c0 g) / (sqrt(c2 v) + epsilon)</c> with the corrections of the commit, and <c>g += decay w</c> first.</summary>
/// <remarks>Dozat 2016, in the form of PyTorch: <c>c0 = (1 - mu_t) / (1 - mu_1 ... mu_t)</c>, <c>c1 = mu_(t+1) / (1 - mu_1 ... mu_(t+1))</c>, <c>c2 = 1 / (1 - b2^t)</c>. Slots: mean, mean square.</remarks>
public readonly struct NAdamRule : IUpdateRule
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
        var ahead = P.MultiplyAdd(P.Broadcast(numbers.FirstCorrection), first, P.Broadcast(numbers.GradientCorrection) * gradient);
        return parameter - (P.Broadcast(numbers.LearningRate) * ahead / deviation);
    }
}
