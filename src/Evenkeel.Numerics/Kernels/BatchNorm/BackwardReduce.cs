using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="BackwardReduce{TActivation}"/>.</summary>
public unsafe struct BackwardReduceArguments
{
    /// <summary>x [rows, channels], the value before normalisation.</summary>
    public float* Input;

    /// <summary>Floats from one row of x to the next.</summary>
    public nint InputStride;

    /// <summary>dy [rows, channels].</summary>
    public float* OutputGradient;

    /// <summary>Floats from one row of dy to the next.</summary>
    public nint OutputGradientStride;

    /// <summary>y [rows, channels] where it is stored and f' is a function of it, or null: then f' is had from the recomputed (x - m) a + b.</summary>
    public float* Output;

    /// <summary>Floats from one row of y to the next.</summary>
    public nint OutputStride;

    /// <summary>Write dz over dy, so that the apply sweep (as <c>BackwardApply&lt;Identity&gt;</c>) need not derive f again.</summary>
    public bool StoreGradient;

    /// <summary>Whether the sums are added to what <see cref="Slot"/> holds, instead of starting at zero.</summary>
    public bool Accumulate;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>Center of each channel; Scale and Shift too where f' is recomputed.</summary>
    public NormalizationCoefficients Coefficients;

    /// <summary>Written: this piece's <see cref="GradientSlot"/>.</summary>
    public double* Slot;
}

/// <summary>The first backward sweep: <c>dz = dy f'</c>, and per channel <c>sum dz</c> and <c>sum dz (x - m)</c>.</summary>
/// <typeparam name="TActivation">f, the nonlinearity behind the normalisation.</typeparam>
/// <remarks>
/// <para>These are the sums in dgamma and dbeta, the last two of the six formulas of section 3 of arXiv 1502.03167, before the factor
/// 1/sqrt(variance + epsilon); <see cref="BackwardFinalize"/> merges and scales them.</para>
/// <para>Traffic: reads 8 bytes per element (x, dy), 12 where y is read; writes 4 more where dz is stored; 16 bytes per channel.</para>
/// <para>Order of summation: rows upward, in two interleaved chains where fewer than four packs of columns remain; float over
/// <see cref="BatchStatistics.BlockRows"/> rows, then double.
/// NaN in x, y or dy reaches the sums (dy is multiplied by f', never masked).</para>
/// </remarks>
public readonly unsafe struct BackwardReduce<TActivation> : IKernel<BackwardReduceArguments>
    where TActivation : struct, IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref BackwardReduceArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var sums = arguments.Slot;
        var products = sums + arguments.Channels;
        if (!arguments.Accumulate)
        {
            for (var column = window.FirstColumn; column < window.EndColumn; column++) sums[column] = products[column] = 0;
        }

        if (BackwardSource.ReadsOutput<TActivation>(arguments.Output))
        {
            if (arguments.StoreGradient) Sweep<P, On, On>(ref arguments);
            else Sweep<P, On, Off>(ref arguments);
        }
        else if (arguments.StoreGradient)
        {
            Sweep<P, Off, On>(ref arguments);
        }
        else
        {
            Sweep<P, Off, Off>(ref arguments);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<P, TStored, TStore>(ref BackwardReduceArguments arguments)
        where P : struct, IPack<P>
        where TStored : struct, ISwitch
        where TStore : struct, ISwitch
    {
        var window = arguments.Window;
        for (var row = window.FirstRow; row < window.EndRow; row += BatchStatistics.BlockRows)
        {
            var rows = Math.Min(BatchStatistics.BlockRows, window.EndRow - row);
            var column = window.FirstColumn;
            for (; column + (4 * P.Width) <= window.EndColumn; column += 4 * P.Width)
                FourPacks<P, TStored, TStore>(ref arguments, row, rows, column);
            for (; column + P.Width <= window.EndColumn; column += P.Width)
                OnePack<P, TStored, TStore, Off>(ref arguments, row, rows, column, P.Width);
            if (column < window.EndColumn)
                OnePack<P, TStored, TStore, On>(ref arguments, row, rows, column, window.EndColumn - column);
        }
    }

    // As many columns at once as registers allow: rows are then read in runs that the hardware prefetcher follows.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourPacks<P, TStored, TStore>(ref BackwardReduceArguments arguments, int firstRow, int rows, int column)
        where P : struct, IPack<P>
        where TStored : struct, ISwitch
        where TStore : struct, ISwitch
    {
        nint xStride = arguments.InputStride, dyStride = arguments.OutputGradientStride, yStride = arguments.OutputStride;
        var x = arguments.Input + (firstRow * xStride) + column;
        var dy = arguments.OutputGradient + (firstRow * dyStride) + column;
        var y = arguments.Output + (firstRow * yStride) + column;
        var center = arguments.Coefficients.Center + column;
        P m0 = P.Load(center), m1 = P.Load(center + P.Width), m2 = P.Load(center + (2 * P.Width)), m3 = P.Load(center + (3 * P.Width));
        P a0 = P.Zero, a1 = P.Zero, a2 = P.Zero, a3 = P.Zero, b0 = P.Zero, b1 = P.Zero, b2 = P.Zero, b3 = P.Zero;
        if (!TStored.IsOn && TActivation.DerivativeNeeds != DerivativeNeeds.Nothing)
        {
            float* scale = arguments.Coefficients.Scale + column, shift = arguments.Coefficients.Shift + column;
            (a0, a1, a2, a3) = (P.Load(scale), P.Load(scale + P.Width), P.Load(scale + (2 * P.Width)), P.Load(scale + (3 * P.Width)));
            (b0, b1, b2, b3) = (P.Load(shift), P.Load(shift + P.Width), P.Load(shift + (2 * P.Width)), P.Load(shift + (3 * P.Width)));
        }

        P s0 = P.Zero, s1 = P.Zero, s2 = P.Zero, s3 = P.Zero;
        P q0 = P.Zero, q1 = P.Zero, q2 = P.Zero, q3 = P.Zero;
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
            s0 += g0;
            s1 += g1;
            s2 += g2;
            s3 += g3;
            q0 = P.MultiplyAdd(g0, d0, q0);
            q1 = P.MultiplyAdd(g1, d1, q1);
            q2 = P.MultiplyAdd(g2, d2, q2);
            q3 = P.MultiplyAdd(g3, d3, q3);
            if (TStore.IsOn)
            {
                P.Store(dy, g0);
                P.Store(dy + P.Width, g1);
                P.Store(dy + (2 * P.Width), g2);
                P.Store(dy + (3 * P.Width), g3);
            }

            x += xStride;
            dy += dyStride;
            y += yStride;
        }

        var sums = arguments.Slot + column;
        var products = sums + arguments.Channels;
        P.AddToDoubles(sums, s0, P.Width);
        P.AddToDoubles(sums + P.Width, s1, P.Width);
        P.AddToDoubles(sums + (2 * P.Width), s2, P.Width);
        P.AddToDoubles(sums + (3 * P.Width), s3, P.Width);
        P.AddToDoubles(products, q0, P.Width);
        P.AddToDoubles(products + P.Width, q1, P.Width);
        P.AddToDoubles(products + (2 * P.Width), q2, P.Width);
        P.AddToDoubles(products + (3 * P.Width), q3, P.Width);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TStored, TStore, TPartial>(ref BackwardReduceArguments arguments, int firstRow, int rows, int column, int count)
        where P : struct, IPack<P>
        where TStored : struct, ISwitch
        where TStore : struct, ISwitch
        where TPartial : struct, ISwitch
    {
        nint xStride = arguments.InputStride, dyStride = arguments.OutputGradientStride, yStride = arguments.OutputStride;
        var x = arguments.Input + (firstRow * xStride) + column;
        var dy = arguments.OutputGradient + (firstRow * dyStride) + column;
        var y = arguments.Output + (firstRow * yStride) + column;
        var c = arguments.Coefficients;
        var m = Lanes.Load<P, TPartial>(c.Center + column, count);
        P a = P.Zero, b = P.Zero;
        if (!TStored.IsOn && TActivation.DerivativeNeeds != DerivativeNeeds.Nothing)
        {
            a = Lanes.Load<P, TPartial>(c.Scale + column, count);
            b = Lanes.Load<P, TPartial>(c.Shift + column, count);
        }

        P s0 = P.Zero, s1 = P.Zero, q0 = P.Zero, q1 = P.Zero;
        var row = 0;
        for (; row + 2 <= rows; row += 2)
        {
            Prefetch.Nearest(x + (Lanes.NarrowRowsAhead * xStride));
            Prefetch.Nearest(dy + (Lanes.NarrowRowsAhead * dyStride));
            Prefetch.Nearest(x + ((Lanes.NarrowRowsAhead + 1) * xStride));
            Prefetch.Nearest(dy + ((Lanes.NarrowRowsAhead + 1) * dyStride));
            var d0 = Lanes.Load<P, TPartial>(x, count) - m;
            var d1 = Lanes.Load<P, TPartial>(x + xStride, count) - m;
            var g0 = BackwardSource.Gradient<P, TActivation, TStored, TPartial>(Lanes.Load<P, TPartial>(dy, count), y, d0, a, b, count);
            var g1 = BackwardSource.Gradient<P, TActivation, TStored, TPartial>(Lanes.Load<P, TPartial>(dy + dyStride, count), y + yStride, d1, a, b, count);
            s0 += g0;
            s1 += g1;
            q0 = P.MultiplyAdd(g0, d0, q0);
            q1 = P.MultiplyAdd(g1, d1, q1);
            if (TStore.IsOn)
            {
                Lanes.Store<P, TPartial>(dy, g0, count);
                Lanes.Store<P, TPartial>(dy + dyStride, g1, count);
            }

            x += 2 * xStride;
            dy += 2 * dyStride;
            y += 2 * yStride;
        }

        if (row < rows)
        {
            var d = Lanes.Load<P, TPartial>(x, count) - m;
            var g = BackwardSource.Gradient<P, TActivation, TStored, TPartial>(Lanes.Load<P, TPartial>(dy, count), y, d, a, b, count);
            s0 += g;
            q0 = P.MultiplyAdd(g, d, q0);
            if (TStore.IsOn) Lanes.Store<P, TPartial>(dy, g, count);
        }

        var sums = arguments.Slot + column;
        P.AddToDoubles(sums, s0 + s1, count);
        P.AddToDoubles(sums + arguments.Channels, q0 + q1, count);
    }
}
