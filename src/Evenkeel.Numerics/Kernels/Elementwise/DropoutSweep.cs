using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>Arguments of <see cref="DropoutSweep"/>.</summary>
public unsafe struct DropoutSweepArguments
{
    /// <summary>x [rows, channels].</summary>
    public float* Input;

    /// <summary>Written: y [rows, channels]; may be x itself.</summary>
    public float* Output;

    /// <summary>Written: the mask [rows, channels], 0 or 1 / (1 - p).</summary>
    public float* Mask;

    /// <summary>Floats from one row to the next, in all three.</summary>
    public nint Stride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>The stream's key.</summary>
    public ulong Key;

    /// <summary>The attempt: every one has a mask of its own.</summary>
    public ulong Attempt;

    /// <summary>p, the probability of dropping, in [0, 1).</summary>
    public float Rate;

    /// <summary>Rows that share their mask: 1, or those of a sample.</summary>
    public nint SharedRows;

    /// <summary>Whether all channels of a row share one number of the mask.</summary>
    public bool SharesChannels;
}

/// <summary>Inverted dropout: <c>y = x m</c>, where m is 0 with probability p and 1 / (1 - p) otherwise (Srivastava et al. 2014).</summary>
/// <remarks>
/// Element i of the tensor is kept where word i of row <c>attempt</c> of the stream is at least <c>p 2^32</c>: a function of seed, name, attempt and index alone, so any cut
/// into pieces gives the same bits. Where rows share their mask i is that of <c>[row / SharedRows, channel]</c> (spatial dropout, Tompson et al. 2015), where channels do too
/// <c>row / SharedRows</c> (stochastic depth, Huang et al. 2016). Traffic: reads 4, writes 8 bytes per element. A dropped NaN stays NaN (0 times NaN).
/// </remarks>
public readonly unsafe struct DropoutSweep : IKernel<DropoutSweepArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref DropoutSweepArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var threshold = (uint)(arguments.Rate * 4294967296.0);
        var kept = 1 / (1 - arguments.Rate);
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            var index = (row * arguments.Stride) + window.FirstColumn;
            var mask = arguments.Mask + index;
            var drawn = row / arguments.SharedRows;
            if (arguments.SharesChannels)
            {
                float whole;
                PhiloxMask.Fill(&whole, (ulong)drawn, 1, arguments.Attempt, arguments.Key, threshold, kept);
                new Span<float>(mask, (int)window.Columns).Fill(whole);
            }
            else
            {
                PhiloxMask.Fill(mask, (ulong)((drawn * arguments.Stride) + window.FirstColumn), window.Columns, arguments.Attempt, arguments.Key, threshold, kept);
            }

            Multiply<P>(arguments.Input + index, mask, arguments.Output + index, window.Columns);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<P>(float* x, float* mask, float* y, int count)
        where P : struct, IPack<P>
    {
        var i = 0;
        for (; i + P.Width <= count; i += P.Width) P.Store(y + i, P.Load(x + i) * P.Load(mask + i));
        if (i < count) P.StorePartial(y + i, P.LoadPartial(x + i, count - i) * P.LoadPartial(mask + i, count - i), count - i);
    }
}
