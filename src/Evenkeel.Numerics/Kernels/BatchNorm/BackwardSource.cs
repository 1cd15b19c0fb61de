using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>The gradient in front of the activation, <c>dz = dy f'</c>, from what is at hand.</summary>
internal static unsafe class BackwardSource
{
    /// <summary>Whether the derivative of f is read from a stored y.</summary>
    public static bool ReadsOutput<TActivation>(float* output)
        where TActivation : struct, IActivation =>
        output != null && TActivation.DerivativeNeeds == DerivativeNeeds.Output;

    /// <summary><c>dz</c>, where <paramref name="centered"/> is x - m; f' comes from y if <typeparamref name="TStored"/>, else from the recomputed (x - m) a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Gradient<P, TActivation, TStored, TPartial>(P dy, float* y, P centered, P a, P b, int count)
        where P : struct, IPack<P>
        where TActivation : struct, IActivation
        where TStored : struct, ISwitch
        where TPartial : struct, ISwitch
    {
        if (TActivation.DerivativeNeeds == DerivativeNeeds.Nothing) return dy * TActivation.Derivative(P.Zero);
        if (TStored.IsOn) return dy * TActivation.Derivative(Lanes.Load<P, TPartial>(y, count));
        var z = P.MultiplyAdd(centered, a, b);
        return dy * TActivation.Derivative(TActivation.DerivativeNeeds == DerivativeNeeds.Output ? TActivation.Forward(z) : z);
    }
}
