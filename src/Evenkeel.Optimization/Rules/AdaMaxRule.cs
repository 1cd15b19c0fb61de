using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>AdaMax: <c>m = b1 m + (1 - b1) g</c>, <c>u = max(b2 u, |g| + epsilon)</c>, <c>w -= rate m / ((1 - b1^t) u)</c>, with <c>g += decay w</c> first.</summary>
/// <remarks>Kingma and Ba 2015, Algorithm 2, in the form of PyTorch. Slots: mean, largest.</remarks>
public readonly struct AdaMaxRule : IUpdateRule
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

        // A gradient of 0 leaves a slot of 0 as it is, so that gaps stay zero; the divisor is never below epsilon.
        var epsilon = P.Broadcast(numbers.Epsilon);
        var kept = P.Broadcast(numbers.SecondRetention) * second;
        second = P.Select(P.EqualTo(gradient, P.Zero), kept, P.Max(kept, P.Abs(gradient) + epsilon));
        return parameter - (P.Broadcast(numbers.LearningRate * numbers.FirstCorrection) * first / P.Max(epsilon, second));
    }
}
