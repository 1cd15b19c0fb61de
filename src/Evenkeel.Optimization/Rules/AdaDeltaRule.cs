using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>AdaDelta: <c>s = rho s + (1 - rho) g^2</c>, <c>d = g sqrt(u + epsilon) / sqrt(s + epsilon)</c>, <c>u = rho u + (1 - rho) d^2</c>, <c>w -= rate d</c>, with <c>g += decay w</c> first.</summary>
/// <remarks>Zeiler, arXiv 1212.5701, Algorithm 1, with the rate of PyTorch; rho is the second retention. Slots: mean square, mean square of steps.</remarks>
public readonly struct AdaDeltaRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        var complement = P.Broadcast(numbers.SecondComplement);
        var retention = P.Broadcast(numbers.SecondRetention);
        var epsilon = P.Broadcast(numbers.Epsilon);
        first = P.MultiplyAdd(retention, first, complement * gradient * gradient);
        var step = P.SquareRoot(second + epsilon) / P.SquareRoot(first + epsilon) * gradient;
        second = P.MultiplyAdd(retention, second, complement * step * step);
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), step, parameter);
    }
}
