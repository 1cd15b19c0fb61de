using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="SignCorrection"/>.</summary>
public unsafe struct SignCorrectionArguments
{
    /// <summary>x [rows, channels], the value before normalisation.</summary>
    public float* Input;

    /// <summary>g [rows, channels], the gradient through the mean alone.</summary>
    public float* Gradient;

    /// <summary>Written: dx [rows, channels]; may be g itself.</summary>
    public float* InputGradient;

    /// <summary>Floats from one row to the next, in all three.</summary>
    public nint Stride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>The factor of the sign [Channels].</summary>
    public float* Factor;

    /// <summary>The least magnitude that takes part [Channels].</summary>
    public float* Threshold;
}

/// <summary>The share of the gradient that goes through an l1 or l-infinity norm: <c>dx = g + f sign(x)</c> where <c>|x| &gt;= threshold</c>, else <c>dx = g</c>; the sign of 0 is 0.</summary>
/// <remarks>Traffic: reads 8 and writes 4 bytes per element. No sums; lanes are channels. NaN in g reaches dx.</remarks>
public readonly unsafe struct SignCorrection : IKernel<SignCorrectionArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref SignCorrectionArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            var column = window.FirstColumn;
            for (; column + P.Width <= window.EndColumn; column += P.Width) One<P, Off>(ref arguments, row, column, P.Width);
            if (column < window.EndColumn) One<P, On>(ref arguments, row, column, window.EndColumn - column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<P, TPartial>(ref SignCorrectionArguments arguments, int row, int column, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var at = (row * arguments.Stride) + column;
        var x = Lanes.Load<P, TPartial>(arguments.Input + at, count);
        var factor = Lanes.Load<P, TPartial>(arguments.Factor + column, count);
        var threshold = Lanes.Load<P, TPartial>(arguments.Threshold + column, count);
        var sign = P.Select(P.EqualTo(x, P.Zero), P.Zero, P.CopySign(P.Broadcast(1), x));
        var share = P.SelectGreater(threshold, P.Abs(x), P.Zero, sign);
        Lanes.Store<P, TPartial>(arguments.InputGradient + at, P.MultiplyAdd(factor, share, Lanes.Load<P, TPartial>(arguments.Gradient + at, count)), count);
    }
}
