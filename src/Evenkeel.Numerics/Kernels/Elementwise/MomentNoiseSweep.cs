using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>Arguments of <see cref="MomentNoiseSweep"/>.</summary>
public unsafe struct MomentNoiseSweepArguments
{
    /// <summary>x [rows, channels].</summary>
    public float* Input;

    /// <summary>Written: y [rows, channels]; may be x itself.</summary>
    public float* Output;

    /// <summary>Written: s [rows, channels].</summary>
    public float* Factor;

    /// <summary>Floats from one row to the next, in all three.</summary>
    public nint Stride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>The mean that every channel drew for this step [channels].</summary>
    public float* Means;

    /// <summary>The deviation that every channel drew for this step [channels].</summary>
    public float* Deviations;

    /// <summary>r_mu: shifts are uniform within so much of the mean.</summary>
    public float MeanSpread;

    /// <summary>r_sigma: the standard deviation of factors around the deviation.</summary>
    public float DeviationSpread;

    /// <summary>The key of the factors' stream.</summary>
    public ulong FactorKey;

    /// <summary>The key of the shifts' stream.</summary>
    public ulong ShiftKey;

    /// <summary>The attempt: every one has numbers of its own.</summary>
    public ulong Attempt;
}

/// <summary>Moves every value by random numbers: <c>y = s x + m</c> with <c>s ~ N(sigma, r_sigma)</c>, <c>m ~ U(mu - r_mu, mu + r_mu)</c> (Santurkar et al., arXiv 1805.11604, appendix, Algorithm 1).</summary>
/// <remarks>
/// Element i takes word i of row <c>attempt</c> of both streams: a function of seed, name, attempt and index alone, so any cut into pieces gives the same bits. Traffic: reads 4, writes 8 bytes per element. NaN passes.
/// </remarks>
public readonly unsafe struct MomentNoiseSweep : IKernel<MomentNoiseSweepArguments>
{
    private const int Chunk = 256;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref MomentNoiseSweepArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            for (var column = window.FirstColumn; column < window.EndColumn; column += Chunk)
                One<P>(ref arguments, (row * arguments.Stride) + column, column, Math.Min(Chunk, window.EndColumn - column));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void One<P>(ref MomentNoiseSweepArguments arguments, nint index, int column, int count)
        where P : struct, IPack<P>
    {
        var shifts = stackalloc float[Chunk];
        float* x = arguments.Input + index, y = arguments.Output + index, factors = arguments.Factor + index;
        PhiloxUniform.Fill(factors, (ulong)index, count, arguments.Attempt, arguments.FactorKey);
        PhiloxUniform.Fill(shifts, (ulong)index, count, arguments.Attempt, arguments.ShiftKey);
        P spread = P.Broadcast(arguments.DeviationSpread), meanSpread = P.Broadcast(arguments.MeanSpread);
        float* means = arguments.Means + column, deviations = arguments.Deviations + column;
        var i = 0;
        for (; i + P.Width <= count; i += P.Width)
        {
            var factor = P.MultiplyAdd(spread, NormalQuantile.OfSymmetric(P.Load(factors + i)), P.Load(deviations + i));
            var shift = P.MultiplyAdd(meanSpread, P.Load(shifts + i), P.Load(means + i));
            P.Store(factors + i, factor);
            P.Store(y + i, P.MultiplyAdd(factor, P.Load(x + i), shift));
        }

        var rest = count - i;
        if (rest == 0) return;
        var last = P.MultiplyAdd(spread, NormalQuantile.OfSymmetric(P.LoadPartial(factors + i, rest)), P.LoadPartial(deviations + i, rest));
        P.StorePartial(factors + i, last, rest);
        P.StorePartial(y + i, P.MultiplyAdd(last, P.LoadPartial(x + i, rest), P.MultiplyAdd(meanSpread, P.LoadPartial(shifts + i, rest), P.LoadPartial(means + i, rest))), rest);
    }
}
