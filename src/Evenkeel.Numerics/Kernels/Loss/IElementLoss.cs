using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary>A loss of one prediction and its target, as a type argument of <see cref="ElementLoss{TLoss}"/>.</summary>
public interface IElementLoss
{
    /// <summary>The loss and its derivative by the prediction; NaN in either operand gives NaN in both.</summary>
    /// <param name="x">The prediction.</param>
    /// <param name="t">The target.</param>
    /// <param name="parameter">The loss' number, where it has one.</param>
    /// <param name="gradient">The derivative by x; at a kink the one that frameworks agree on.</param>
    static abstract P Apply<P>(P x, P t, P parameter, out P gradient)
        where P : struct, IPack<P>;
}
