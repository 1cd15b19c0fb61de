using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary>Binary cross-entropy of a logit: <c>l = max(0, x) - x t + ln(1 + e^-|x|)</c>, <c>l' = s(x) - t</c> with the logistic s; t in [0, 1].</summary>
/// <remarks>Written so that nothing overflows and a small loss keeps its digits. The parameter is not read.</remarks>
public readonly struct LogisticError : IElementLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P x, P t, P parameter, out P gradient)
        where P : struct, IPack<P>
    {
        gradient = PackMath.Sigmoid(x) - t;

        // max(0, x) - x t as x (1 - t) or -x t, which does not cancel.
        var linear = P.SelectGreater(x, P.Zero, x * (P.Broadcast(1f) - t), -(x * t));
        return linear + PackMath.LogOnePlusOfUnit(PackMath.ExpOfNonPositive(-P.Abs(x)));
    }
}
