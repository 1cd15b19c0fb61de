using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.DropConnect;

/// <summary>Arguments of <see cref="ExpectedActivation{TActivation}"/>.</summary>
public unsafe struct ExpectedActivationArguments
{
    /// <summary>mu, <c>[rows, channels]</c>.</summary>
    public float* Mean;

    /// <summary>v, <c>[rows, channels]</c>, 0 or more.</summary>
    public float* Variance;

    /// <summary>Written: y, <c>[rows, channels]</c>.</summary>
    public float* Output;

    /// <summary>Floats from one row to the next, in all three.</summary>
    public nint Stride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>What v is multiplied by, 0 or more.</summary>
    public float Spread;
}

/// <summary>The mean of an activation over normally distributed inputs: <c>y = E[g(mu + sqrt(s v) z)]</c>, z standard normal.</summary>
/// <remarks>
/// Wan et al., ICML 2013, section 4.1, draw z at random; here the integral is the trapezoidal sum over 33 places from -6 to 6, so that equal inputs give equal outputs. For tanh and
/// sigmoid it is right to float precision up to a deviation of 2; a kink of slope 1 costs at most 0.005 deviations. Lanes are channels, the remainder is a partial pack. Reads 8, writes 4 bytes per element, 33 activations each. NaN stays NaN.
/// </remarks>
public readonly unsafe struct ExpectedActivation<TActivation> : IKernel<ExpectedActivationArguments>
    where TActivation : struct, IActivation
{
    private const int Half = 16;
    private const double Step = 0.375;

    // The density at the places, made to sum to 1.
    private static readonly float[] Weights = MakeWeights();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref ExpectedActivationArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            var start = row * arguments.Stride;
            var end = start + window.EndColumn;
            var at = start + window.FirstColumn;
            for (; at + P.Width <= end; at += P.Width) OnePack<P, Off>(ref arguments, at, P.Width);
            if (at < end) OnePack<P, On>(ref arguments, at, (int)(end - at));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OnePack<P, TPartial>(ref ExpectedActivationArguments arguments, nint at, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var mean = Lanes.Load<P, TPartial>(arguments.Mean + at, count);
        var step = P.SquareRoot(P.Broadcast(arguments.Spread) * Lanes.Load<P, TPartial>(arguments.Variance + at, count)) * P.Broadcast((float)Step);
        var sum = TActivation.Forward(mean) * P.Broadcast(Weights[0]);
        for (var place = 1; place <= Half; place++)
        {
            var distance = step * P.Broadcast(place);
            sum += (TActivation.Forward(mean - distance) + TActivation.Forward(mean + distance)) * P.Broadcast(Weights[place]);
        }

        Lanes.Store<P, TPartial>(arguments.Output + at, sum, count);
    }

    private static float[] MakeWeights()
    {
        var weights = new double[Half + 1];
        for (var place = 0; place <= Half; place++) weights[place] = Math.Exp(-0.5 * place * place * Step * Step);
        var sum = (2 * weights.Sum()) - weights[0];
        return [.. weights.Select(weight => (float)(weight / sum))];
    }
}
