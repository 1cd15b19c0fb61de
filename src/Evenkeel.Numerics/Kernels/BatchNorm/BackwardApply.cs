using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="BackwardApply{TActivation}"/>.</summary>
public unsafe struct BackwardApplyArguments
{
    /// <summary>x [rows, channels], the value before normalisation.</summary>
    public float* Input;

    /// <summary>Floats from one row of x to the next.</summary>
    public nint InputStride;

    /// <summary>dy [rows, channels]; or dz, with <c>BackwardApply&lt;Identity&gt;</c>.</summary>
    public float* OutputGradient;

    /// <summary>Floats from one row of dy to the next.</summary>
    public nint OutputGradientStride;

    /// <summary>y [rows, channels] where it is stored and f' is a function of it, or null: then f' is had from the recomputed (x - m) a + b.</summary>
    public float* Output;

    /// <summary>Floats from one row of y to the next.</summary>
    public nint OutputStride;

    /// <summary>Written: dx [rows, channels]; may be dy or x itself.</summary>
    public float* InputGradient;

    /// <summary>Floats from one row of dx to the next.</summary>
    public nint InputGradientStride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>Center and Scale of each channel; Shift too where f' is recomputed.</summary>
    public NormalizationCoefficients Coefficients;

    /// <summary>c1 [Channels] of <see cref="BackwardFinalize"/>.</summary>
    public float* InputFactor;

    /// <summary>c0 [Channels] of <see cref="BackwardFinalize"/>.</summary>
    public float* Constant;

    /// <summary>Write past the caches: wins only for a tensor that no cache holds until it is read again. Ignored where dx is not aligned to the pack.</summary>
    public bool NonTemporal;
}

/// <summary>The second backward sweep: <c>dx = a dz + c1 (x - m) + c0</c> with <c>dz = dy f'</c>.</summary>
/// <typeparam name="TActivation">f, or <see cref="Identity"/> where the first sweep stored dz.</typeparam>
/// <remarks>
/// <para>The fourth of the six formulas of section 3 of arXiv 1502.03167 in its compact form; see <see cref="BackwardFinalize"/>.</para>
/// <para>Traffic: reads 8 bytes per element (x, dy), 12 where y is read, and writes 4.</para>
/// <para>Rounding: x - m, two fused multiply-adds, and those of f'. No sums. NaN in x, dy or y reaches dx; a NaN in a channel's sums reaches all of it.</para>
/// </remarks>
public readonly unsafe struct BackwardApply<TActivation> : IKernel<BackwardApplyArguments>
    where TActivation : struct, IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref BackwardApplyArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var output = arguments.InputGradient + (window.FirstRow * arguments.InputGradientStride) + window.FirstColumn;
        var past = arguments.NonTemporal && Lanes.AreAligned<P>(output, arguments.InputGradientStride);
        if (BackwardSource.ReadsOutput<TActivation>(arguments.Output))
        {
            if (past) Sweep<P, On, On>(ref arguments);
            else Sweep<P, On, Off>(ref arguments);
        }
        else if (past)
        {
            Sweep<P, Off, On>(ref arguments);
        }
        else
        {
            Sweep<P, Off, Off>(ref arguments);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<P, TStored, TNonTemporal>(ref BackwardApplyArguments arguments)
        where P : struct, IPack<P>
        where TStored : struct, ISwitch
        where TNonTemporal : struct, ISwitch
    {
        var window = arguments.Window;
        for (var row = window.FirstRow; row < window.EndRow; row += BatchStatistics.BlockRows)
        {
            var rows = Math.Min(BatchStatistics.BlockRows, window.EndRow - row);
            var column = window.FirstColumn;
            for (; column + (4 * P.Width) <= window.EndColumn; column += 4 * P.Width)
                FourPacks<P, TStored, TNonTemporal>(ref arguments, row, rows, column);
            for (; column + P.Width <= window.EndColumn; column += P.Width)
                OnePack<P, TStored, TNonTemporal, Off>(ref arguments, row, rows, column, P.Width);
            if (column < window.EndColumn)
                OnePack<P, TStored, Off, On>(ref arguments, row, rows, column, window.EndColumn - column);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourPacks<P, TStored, TNonTemporal>(ref BackwardApplyArguments arguments, int firstRow, int rows, int column)
        where P : struct, IPack<P>
        where TStored : struct, ISwitch
        where TNonTemporal : struct, ISwitch
    {
        nint xStride = arguments.InputStride, dyStride = arguments.OutputGradientStride, yStride = arguments.OutputStride, dxStride = arguments.InputGradientStride;
        var x = arguments.Input + (firstRow * xStride) + column;
        var dy = arguments.OutputGradient + (firstRow * dyStride) + column;
        var y = arguments.Output + (firstRow * yStride) + column;
        var dx = arguments.InputGradient + (firstRow * dxStride) + column;
        var c = arguments.Coefficients;
        float* center = c.Center + column, scale = c.Scale + column, shift = c.Shift + column;
        float* factor = arguments.InputFactor + column, constant = arguments.Constant + column;
        P m0 = P.Load(center), m1 = P.Load(center + P.Width), m2 = P.Load(center + (2 * P.Width)), m3 = P.Load(center + (3 * P.Width));
        P a0 = P.Load(scale), a1 = P.Load(scale + P.Width), a2 = P.Load(scale + (2 * P.Width)), a3 = P.Load(scale + (3 * P.Width));
        P b0 = P.Load(shift), b1 = P.Load(shift + P.Width), b2 = P.Load(shift + (2 * P.Width)), b3 = P.Load(shift + (3 * P.Width));
        P f0 = P.Load(factor), f1 = P.Load(factor + P.Width), f2 = P.Load(factor + (2 * P.Width)), f3 = P.Load(factor + (3 * P.Width));
        P k0 = P.Load(constant), k1 = P.Load(constant + P.Width), k2 = P.Load(constant + (2 * P.Width)), k3 = P.Load(constant + (3 * P.Width));
        for (var row = 0; row < rows; row++)
        {
            Lanes.AskForFour<P>(x + (Lanes.RowsAhead * xStride));
            Lanes.AskForFour<P>(dy + (Lanes.RowsAhead * dyStride));
            var d0 = P.Load(x) - m0;
            var d1 = P.Load(x + P.Width) - m1;
            var d2 = P.Load(x + (2 * P.Width)) - m2;
            var d3 = P.Load(x + (3 * P.Width)) - m3;
            var g0 = BackwardSource.Gradient<P, TActivation, TStored, Off>(P.Load(dy), y, d0, a0, b0, 0);
            var g1 = BackwardSource.Gradient<P, TActivation, TStored, Off>(P.Load(dy + P.Width), y + P.Width, d1, a1, b1, 0);
            var g2 = BackwardSource.Gradient<P, TActivation, TStored, Off>(P.Load(dy + (2 * P.Width)), y + (2 * P.Width), d2, a2, b2, 0);
            var g3 = BackwardSource.Gradient<P, TActivation, TStored, Off>(P.Load(dy + (3 * P.Width)), y + (3 * P.Width), d3, a3, b3, 0);
            Lanes.StoreThrough<P, TNonTemporal>(dx, P.MultiplyAdd(g0, a0, P.MultiplyAdd(d0, f0, k0)));
            Lanes.StoreThrough<P, TNonTemporal>(dx + P.Width, P.MultiplyAdd(g1, a1, P.MultiplyAdd(d1, f1, k1)));
            Lanes.StoreThrough<P, TNonTemporal>(dx + (2 * P.Width), P.MultiplyAdd(g2, a2, P.MultiplyAdd(d2, f2, k2)));
            Lanes.StoreThrough<P, TNonTemporal>(dx + (3 * P.Width), P.MultiplyAdd(g3, a3, P.MultiplyAdd(d3, f3, k3)));
            x += xStride;
            dy += dyStride;
            y += yStride;
            dx += dxStride;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TStored, TNonTemporal, TPartial>(ref BackwardApplyArguments arguments, int firstRow, int rows, int column, int count)
        where P : struct, IPack<P>
        where TStored : struct, ISwitch
        where TNonTemporal : struct, ISwitch
        where TPartial : struct, ISwitch
    {
        nint xStride = arguments.InputStride, dyStride = arguments.OutputGradientStride, yStride = arguments.OutputStride, dxStride = arguments.InputGradientStride;
        var x = arguments.Input + (firstRow * xStride) + column;
        var dy = arguments.OutputGradient + (firstRow * dyStride) + column;
        var y = arguments.Output + (firstRow * yStride) + column;
        var dx = arguments.InputGradient + (firstRow * dxStride) + column;
        var c = arguments.Coefficients;
        var m = Lanes.Load<P, TPartial>(c.Center + column, count);
        var a = Lanes.Load<P, TPartial>(c.Scale + column, count);
        var b = Lanes.Load<P, TPartial>(c.Shift + column, count);
        var f = Lanes.Load<P, TPartial>(arguments.InputFactor + column, count);
        var k = Lanes.Load<P, TPartial>(arguments.Constant + column, count);
        for (var row = 0; row < rows; row++)
        {
            Prefetch.Nearest(x + (Lanes.NarrowRowsAhead * xStride));
            Prefetch.Nearest(dy + (Lanes.NarrowRowsAhead * dyStride));
            var d = Lanes.Load<P, TPartial>(x, count) - m;
            var g = BackwardSource.Gradient<P, TActivation, TStored, TPartial>(Lanes.Load<P, TPartial>(dy, count), y, d, a, b, count);
            var result = P.MultiplyAdd(g, a, P.MultiplyAdd(d, f, k));
            if (TPartial.IsOn) P.StorePartial(dx, result, count);
            else Lanes.StoreThrough<P, TNonTemporal>(dx, result);
            x += xStride;
            dy += dyStride;
            y += yStride;
            dx += dxStride;
        }
    }
}
