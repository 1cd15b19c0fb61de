using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>RMSProp by the variance: <c>s = rho s + (1 - rho) g^2</c>, <c>m = rho m + (1 - rho) g</c>, <c>v = mu v + g / (sqrt(s - m^2) + epsilon)</c>, <c>w -= rate v</c>, with <c>g += decay w</c> first.</summary>
/// <remarks>Graves, arXiv 1308.0850, equations 38 to 41, in the form of PyTorch; a difference that rounding makes negative counts 0. Slots: mean square, momentum, mean.</remarks>
public readonly struct CenteredRmsPropRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        var complement = P.Broadcast(numbers.SecondComplement);
        var retention = P.Broadcast(numbers.SecondRetention);
        first = P.MultiplyAdd(retention, first, complement * gradient * gradient);
        third = P.MultiplyAdd(retention, third, complement * gradient);
        var deviation = P.SquareRoot(P.Max(P.Zero, P.MultiplyAdd(-third, third, first)));
        second = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), second, gradient / (deviation + P.Broadcast(numbers.Epsilon)));
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), second, parameter);
    }
}
