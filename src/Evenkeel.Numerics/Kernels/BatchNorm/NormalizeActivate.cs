using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="NormalizeActivate{TActivation}"/>.</summary>
public unsafe struct NormalizeActivateArguments
{
    /// <summary>x [rows, channels].</summary>
    public float* Input;

    /// <summary>Floats from one row of x to the next.</summary>
    public nint InputStride;

    /// <summary>Written: y [rows, channels]; may be x itself.</summary>
    public float* Output;

    /// <summary>Floats from one row of y to the next.</summary>
    public nint OutputStride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>Center, Scale and Shift of each channel.</summary>
    public NormalizationCoefficients Coefficients;

    /// <summary>Write past the caches: wins only for a tensor that no cache holds until it is read again. Ignored where y is not aligned to the pack.</summary>
    public bool NonTemporal;
}

/// <summary>The normalising sweep: <c>y = f((x - m) a + b)</c> with m, a, b of the channel.</summary>
/// <typeparam name="TActivation">f.</typeparam>
/// <remarks>
/// <para>Batch normalisation, Algorithm 1, lines 3 and 4 (arXiv 1502.03167), with the nonlinearity that follows it (section 3.2).</para>
/// <para>Traffic: reads 4 and writes 4 bytes per element (plus the line fetch of y where it is not x and the store is ordinary). Saves nothing: x is what backward needs.</para>
/// <para>Rounding: x - m (exact near the mean), one fused multiply-add, the activation's own. NaN passes wherever f keeps it. Lanes are channels; no sums.</para>
/// </remarks>
public readonly unsafe struct NormalizeActivate<TActivation> : IKernel<NormalizeActivateArguments>
    where TActivation : struct, IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref NormalizeActivateArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var output = arguments.Output + (window.FirstRow * arguments.OutputStride) + window.FirstColumn;
        if (arguments.NonTemporal && Lanes.AreAligned<P>(output, arguments.OutputStride)) Sweep<P, On>(ref arguments);
        else Sweep<P, Off>(ref arguments);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<P, TNonTemporal>(ref NormalizeActivateArguments arguments)
        where P : struct, IPack<P>
        where TNonTemporal : struct, ISwitch
    {
        var window = arguments.Window;
        var c = arguments.Coefficients;
        for (var row = window.FirstRow; row < window.EndRow; row += BatchStatistics.BlockRows)
        {
            var rows = Math.Min(BatchStatistics.BlockRows, window.EndRow - row);
            var x = arguments.Input + (row * arguments.InputStride);
            var y = arguments.Output + (row * arguments.OutputStride);
            var j = window.FirstColumn;
            for (; j + (4 * P.Width) <= window.EndColumn; j += 4 * P.Width)
                FourPacks<P, TNonTemporal>(x + j, arguments.InputStride, y + j, arguments.OutputStride, rows, c.Center + j, c.Scale + j, c.Shift + j);
            for (; j + P.Width <= window.EndColumn; j += P.Width)
                OnePack<P, TNonTemporal, Off>(x + j, arguments.InputStride, y + j, arguments.OutputStride, rows, c.Center + j, c.Scale + j, c.Shift + j, P.Width);
            if (j < window.EndColumn)
                OnePack<P, Off, On>(x + j, arguments.InputStride, y + j, arguments.OutputStride, rows, c.Center + j, c.Scale + j, c.Shift + j, window.EndColumn - j);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourPacks<P, TNonTemporal>(float* x, nint xStride, float* y, nint yStride, int rows, float* center, float* scale, float* shift)
        where P : struct, IPack<P>
        where TNonTemporal : struct, ISwitch
    {
        var m0 = P.Load(center);
        var m1 = P.Load(center + P.Width);
        var m2 = P.Load(center + (2 * P.Width));
        var m3 = P.Load(center + (3 * P.Width));
        var a0 = P.Load(scale);
        var a1 = P.Load(scale + P.Width);
        var a2 = P.Load(scale + (2 * P.Width));
        var a3 = P.Load(scale + (3 * P.Width));
        var b0 = P.Load(shift);
        var b1 = P.Load(shift + P.Width);
        var b2 = P.Load(shift + (2 * P.Width));
        var b3 = P.Load(shift + (3 * P.Width));
        for (var row = 0; row < rows; row++)
        {
            var z0 = TActivation.Forward(P.MultiplyAdd(P.Load(x) - m0, a0, b0));
            var z1 = TActivation.Forward(P.MultiplyAdd(P.Load(x + P.Width) - m1, a1, b1));
            var z2 = TActivation.Forward(P.MultiplyAdd(P.Load(x + (2 * P.Width)) - m2, a2, b2));
            var z3 = TActivation.Forward(P.MultiplyAdd(P.Load(x + (3 * P.Width)) - m3, a3, b3));
            Lanes.StoreThrough<P, TNonTemporal>(y, z0);
            Lanes.StoreThrough<P, TNonTemporal>(y + P.Width, z1);
            Lanes.StoreThrough<P, TNonTemporal>(y + (2 * P.Width), z2);
            Lanes.StoreThrough<P, TNonTemporal>(y + (3 * P.Width), z3);
            x += xStride;
            y += yStride;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TNonTemporal, TPartial>(float* x, nint xStride, float* y, nint yStride, int rows, float* center, float* scale, float* shift, int count)
        where P : struct, IPack<P>
        where TNonTemporal : struct, ISwitch
        where TPartial : struct, ISwitch
    {
        var m = Lanes.Load<P, TPartial>(center, count);
        var a = Lanes.Load<P, TPartial>(scale, count);
        var b = Lanes.Load<P, TPartial>(shift, count);
        for (var row = 0; row < rows; row++)
        {
            var z = TActivation.Forward(P.MultiplyAdd(Lanes.Load<P, TPartial>(x, count) - m, a, b));
            if (TPartial.IsOn) P.StorePartial(y, z, count);
            else Lanes.StoreThrough<P, TNonTemporal>(y, z);
            x += xStride;
            y += yStride;
        }
    }
}
