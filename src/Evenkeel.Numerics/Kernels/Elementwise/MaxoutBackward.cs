using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>The cotangent in front of a maxout: all of <c>dy[r, j]</c> goes to the largest piece, to the first one where several are largest, and 0 to the others.</summary>
/// <remarks>The winner is found anew from x, so nothing but x is saved. Lanes are units, the remainder is a partial pack; exact.</remarks>
public readonly unsafe struct MaxoutBackward : IKernel<MaxoutArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref MaxoutArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        for (var row = window.FirstRow; row < window.EndRow; row++)
        {
            var start = (long)row * arguments.Pieces * arguments.Units;
            var dy = arguments.Output + ((long)row * arguments.Units);
            var unit = window.FirstColumn;
            for (; unit + P.Width <= window.EndColumn; unit += P.Width) OnePack<P, Off>(ref arguments, start + unit, dy + unit, P.Width);
            if (unit < window.EndColumn) OnePack<P, On>(ref arguments, start + unit, dy + unit, window.EndColumn - unit);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OnePack<P, TPartial>(ref MaxoutArguments arguments, long start, float* dy, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var x = arguments.Input + start;
        var dx = arguments.InputGradient + start;
        var most = Lanes.Load<P, TPartial>(x, count);
        var winner = P.Zero;
        for (var piece = 1; piece < arguments.Pieces; piece++)
        {
            var next = Lanes.Load<P, TPartial>(x + (piece * arguments.Units), count);
            winner = P.SelectGreater(next, most, P.Broadcast(piece), winner);
            most = P.SelectGreater(next, most, next, most);
        }

        var gradient = Lanes.Load<P, TPartial>(dy, count);
        for (var piece = 0; piece < arguments.Pieces; piece++)
            Lanes.Store<P, TPartial>(dx + (piece * arguments.Units), P.Select(P.EqualTo(winner, P.Broadcast(piece)), gradient, P.Zero), count);
    }
}
