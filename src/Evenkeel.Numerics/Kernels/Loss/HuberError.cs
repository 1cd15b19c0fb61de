using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary><c>l = r^2 / 2</c> where <c>|r| &lt;= delta</c>, else <c>delta (|r| - delta / 2)</c>, with <c>r = x - t</c>; <c>l' = min(delta, max(-delta, r))</c>.</summary>
/// <remarks>Huber 1964, with the parameter as delta.</remarks>
public readonly struct HuberError : IElementLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P x, P t, P parameter, out P gradient)
        where P : struct, IPack<P>
    {
        var difference = x - t;
        var magnitude = P.Abs(difference);
        gradient = P.Min(parameter, P.Max(-parameter, difference));
        var half = P.Broadcast(0.5f);
        return P.SelectGreater(magnitude, parameter, parameter * (magnitude - (half * parameter)), half * difference * difference);
    }
}
