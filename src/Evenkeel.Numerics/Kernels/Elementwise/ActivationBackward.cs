using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>The cotangent in front of a nonlinearity: <c>dx = dy f'</c>, with a = dy and b = the input or output of f, as <see cref="IActivation.DerivativeNeeds"/> says.</summary>
/// <typeparam name="TActivation">f.</typeparam>
public readonly struct ActivationBackward<TActivation> : IElementFunction
    where TActivation : struct, IActivation
{
    /// <inheritdoc/>
    public static bool ReadsSecond => TActivation.DerivativeNeeds != DerivativeNeeds.Nothing;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, IPack<P> => a * TActivation.Derivative(b);
}
