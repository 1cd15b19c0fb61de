using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>A nonlinearity: <c>y = f(a)</c>.</summary>
/// <typeparam name="TActivation">f.</typeparam>
public readonly struct ActivationForward<TActivation> : IElementFunction
    where TActivation : struct, IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P a, P b, P c)
        where P : struct, IPack<P> => TActivation.Forward(a);
}
