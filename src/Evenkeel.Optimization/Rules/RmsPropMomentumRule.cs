using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>RMSProp with momentum: <c>s = rho s + (1 - rho) g^2</c>, <c>v = mu v + g / (sqrt s + epsilon)</c>, <c>w -= rate v</c>, with <c>g += decay w</c> first.</summary>
/// <remarks>In the form of PyTorch; rho is the second retention, mu the first. Slots: mean square, momentum.</remarks>
public readonly struct RmsPropMomentumRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        first = P.MultiplyAdd(P.Broadcast(numbers.SecondRetention), first, P.Broadcast(numbers.SecondComplement) * gradient * gradient);
        second = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), second, gradient / (P.SquareRoot(first) + P.Broadcast(numbers.Epsilon)));
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), second, parameter);
    }
}
