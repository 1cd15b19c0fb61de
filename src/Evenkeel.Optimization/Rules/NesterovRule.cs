using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>Nesterov momentum: <c>g += decay w</c>, <c>v = mu v + g</c>, <c>w -= rate (g + mu v)</c>.</summary>
/// <remarks>Sutskever et al. 2013, in the form of PyTorch.</remarks>
public readonly struct NesterovRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        var momentum = P.Broadcast(numbers.FirstRetention);
        first = P.MultiplyAdd(momentum, first, gradient);
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), P.MultiplyAdd(momentum, first, gradient), parameter);
    }
}
