using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>Arguments of <see cref="MaxoutForward"/> and <see cref="MaxoutBackward"/>.</summary>
public unsafe struct MaxoutArguments
{
    /// <summary>x [rows, pieces * units].</summary>
    public float* Input;

    /// <summary>Forward, written: y [rows, units]. Backward, read: dy.</summary>
    public float* Output;

    /// <summary>Backward, written: dx [rows, pieces * units].</summary>
    public float* InputGradient;

    /// <summary>How many pieces compete, at least 1.</summary>
    public int Pieces;

    /// <summary>How many units go out.</summary>
    public int Units;

    /// <summary>The rows and units of this piece of work.</summary>
    public Window Window;
}

/// <summary>The largest of several linear pieces: <c>y[r, j] = max over i of x[r, i units + j]</c>.</summary>
/// <remarks>Goodfellow et al., arXiv 1302.4389, section 3. Lanes are units, the remainder is a partial pack; exact; NaN in any piece gives NaN.</remarks>
public readonly unsafe struct MaxoutForward : IKernel<MaxoutArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref MaxoutArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            var x = arguments.Input + ((long)row * arguments.Pieces * arguments.Units);
            var y = arguments.Output + ((long)row * arguments.Units);
            var unit = window.FirstColumn;
            for (; unit + P.Width <= window.EndColumn; unit += P.Width)
            {
                var most = P.Load(x + unit);
                for (var piece = 1; piece < arguments.Pieces; piece++) most = Larger(most, P.Load(x + (piece * arguments.Units) + unit));
                P.Store(y + unit, most);
            }

            var count = window.EndColumn - unit;
            if (count == 0) continue;
            var rest = P.LoadPartial(x + unit, count);
            for (var piece = 1; piece < arguments.Pieces; piece++) rest = Larger(rest, P.LoadPartial(x + (piece * arguments.Units) + unit, count));
            P.StorePartial(y + unit, rest, count);
        }
    }

    /// <summary>Max alone may swallow a NaN that came first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Larger<P>(P most, P next)
        where P : struct, IPack<P> => P.Select(P.EqualTo(most, most), P.Max(most, next), most);
}
