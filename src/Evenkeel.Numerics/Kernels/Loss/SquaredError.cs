using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary><c>l = (x - t)^2</c>, <c>l' = 2 (x - t)</c>.</summary>
/// <remarks>The parameter is not read.</remarks>
public readonly struct SquaredError : IElementLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P x, P t, P parameter, out P gradient)
        where P : struct, IPack<P>
    {
        var difference = x - t;
        gradient = difference + difference;
        return difference * difference;
    }
}
