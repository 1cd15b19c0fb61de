using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Optimization.Rules;

/// <summary>Gradient descent with momentum: <c>g += decay w</c>, <c>v = mu v + g</c>, <c>w -= rate v</c>.</summary>
/// <remarks>Polyak 1964, in the form of PyTorch (no dampening).</remarks>
public readonly struct MomentumRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        gradient = P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, gradient);
        first = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), first, gradient);
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), first, parameter);
    }
}
