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

    /// <summary>r [rows, channels], which is added before f (the shortcut of a residual block), or null.</summary>
    public float* Addend;

    /// <summary>Floats from one row of r to the next.</summary>
    public nint AddendStride;

    /// <summary>Written: y [rows, channels]; may be x itself, or r.</summary>
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

/// <summary>The normalising sweep: <c>y = f((x - m) a + b)</c>, or <c>y = f((x - m) a + b + r)</c>, with m, a, b of the channel.</summary>
/// <typeparam name="TActivation">f.</typeparam>
/// <remarks>
/// <para>Batch normalisation, Algorithm 1, lines 3 and 4 (arXiv 1502.03167), with the nonlinearity that follows it (section 3.2).</para>
/// <para>Traffic: reads 4 (with r 8) and writes 4 bytes per element (plus the line fetch of y where it is not x and the store is ordinary). Saves nothing: x is what backward needs.</para>
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

    private static void Sweep<P, TNonTemporal>(ref NormalizeActivateArguments arguments)
        where P : struct, IPack<P>
        where TNonTemporal : struct, ISwitch
    {
        if (arguments.Addend == null) Sweep<P, TNonTemporal, Off>(ref arguments);
        else Sweep<P, TNonTemporal, On>(ref arguments);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<P, TNonTemporal, TAdds>(ref NormalizeActivateArguments arguments)
        where P : struct, IPack<P>
        where TNonTemporal : struct, ISwitch
        where TAdds : struct, ISwitch
    {
        var window = arguments.Window;
        for (var row = window.FirstRow; row < window.EndRow; row += BatchStatistics.BlockRows)
        {
            var rows = Math.Min(BatchStatistics.BlockRows, window.EndRow - row);
            var column = window.FirstColumn;
            for (; column + (4 * P.Width) <= window.EndColumn; column += 4 * P.Width)
                FourPacks<P, TNonTemporal, TAdds>(ref arguments, row, rows, column);
            for (; column + P.Width <= window.EndColumn; column += P.Width)
                OnePack<P, TNonTemporal, TAdds, Off>(ref arguments, row, rows, column, P.Width);
            if (column < window.EndColumn)
                OnePack<P, Off, TAdds, On>(ref arguments, row, rows, column, window.EndColumn - column);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourPacks<P, TNonTemporal, TAdds>(ref NormalizeActivateArguments arguments, int firstRow, int rows, int column)
        where P : struct, IPack<P>
        where TNonTemporal : struct, ISwitch
        where TAdds : struct, ISwitch
    {
        nint xStride = arguments.InputStride, rStride = arguments.AddendStride, yStride = arguments.OutputStride;
        var x = arguments.Input + (firstRow * xStride) + column;
        var r = arguments.Addend + (firstRow * rStride) + column;
        var y = arguments.Output + (firstRow * yStride) + column;
        float* center = arguments.Coefficients.Center + column, scale = arguments.Coefficients.Scale + column, shift = arguments.Coefficients.Shift + column;
        P m0 = P.Load(center), m1 = P.Load(center + P.Width), m2 = P.Load(center + (2 * P.Width)), m3 = P.Load(center + (3 * P.Width));
        P a0 = P.Load(scale), a1 = P.Load(scale + P.Width), a2 = P.Load(scale + (2 * P.Width)), a3 = P.Load(scale + (3 * P.Width));
        P b0 = P.Load(shift), b1 = P.Load(shift + P.Width), b2 = P.Load(shift + (2 * P.Width)), b3 = P.Load(shift + (3 * P.Width));
        for (var row = 0; row < rows; row++)
        {
            Lanes.AskForFour<P>(x + (Lanes.RowsAhead * xStride));
            var z0 = P.MultiplyAdd(P.Load(x) - m0, a0, b0);
            var z1 = P.MultiplyAdd(P.Load(x + P.Width) - m1, a1, b1);
            var z2 = P.MultiplyAdd(P.Load(x + (2 * P.Width)) - m2, a2, b2);
            var z3 = P.MultiplyAdd(P.Load(x + (3 * P.Width)) - m3, a3, b3);
            if (TAdds.IsOn)
            {
                z0 += P.Load(r);
                z1 += P.Load(r + P.Width);
                z2 += P.Load(r + (2 * P.Width));
                z3 += P.Load(r + (3 * P.Width));
                r += rStride;
            }

            Lanes.StoreThrough<P, TNonTemporal>(y, TActivation.Forward(z0));
            Lanes.StoreThrough<P, TNonTemporal>(y + P.Width, TActivation.Forward(z1));
            Lanes.StoreThrough<P, TNonTemporal>(y + (2 * P.Width), TActivation.Forward(z2));
            Lanes.StoreThrough<P, TNonTemporal>(y + (3 * P.Width), TActivation.Forward(z3));
            x += xStride;
            y += yStride;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TNonTemporal, TAdds, TPartial>(ref NormalizeActivateArguments arguments, int firstRow, int rows, int column, int count)
        where P : struct, IPack<P>
        where TNonTemporal : struct, ISwitch
        where TAdds : struct, ISwitch
        where TPartial : struct, ISwitch
    {
        nint xStride = arguments.InputStride, rStride = arguments.AddendStride, yStride = arguments.OutputStride;
        var x = arguments.Input + (firstRow * xStride) + column;
        var r = arguments.Addend + (firstRow * rStride) + column;
        var y = arguments.Output + (firstRow * yStride) + column;
        var m = Lanes.Load<P, TPartial>(arguments.Coefficients.Center + column, count);
        var a = Lanes.Load<P, TPartial>(arguments.Coefficients.Scale + column, count);
        var b = Lanes.Load<P, TPartial>(arguments.Coefficients.Shift + column, count);
        for (var row = 0; row < rows; row++)
        {
            Prefetch.Nearest(x + (Lanes.NarrowRowsAhead * xStride));
            var z = P.MultiplyAdd(Lanes.Load<P, TPartial>(x, count) - m, a, b);
            if (TAdds.IsOn)
            {
                z += Lanes.Load<P, TPartial>(r, count);
                r += rStride;
            }

            z = TActivation.Forward(z);
            if (TPartial.IsOn) P.StorePartial(y, z, count);
            else Lanes.StoreThrough<P, TNonTemporal>(y, z);
            x += xStride;
            y += yStride;
        }
    }
}
