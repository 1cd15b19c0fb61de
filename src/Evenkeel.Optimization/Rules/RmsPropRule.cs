using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>RMSProp: <c>g += decay w</c>, <c>s = rho s + (1 - rho) g^2</c>, <c>w -= rate g / (sqrt s + epsilon)</c>.</summary>
/// <remarks>Tieleman and Hinton 2012, lecture 6.5, in the form of PyTorch; rho is the second retention. Slot: mean square.</remarks>
public readonly struct RmsPropRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        first = P.MultiplyAdd(P.Broadcast(numbers.SecondRetention), first, P.Broadcast(numbers.SecondComplement) * gradient * gradient);
        return parameter - (P.Broadcast(numbers.LearningRate) * gradient / (P.SquareRoot(first) + P.Broadcast(numbers.Epsilon)));
    }
}
