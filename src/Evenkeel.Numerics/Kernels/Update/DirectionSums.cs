using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Update;

/// <summary>Arguments of <see cref="DirectionSums{TRule}"/>.</summary>
public unsafe struct DirectionSumsArguments
{
    /// <summary>What the rule reads, and its slots, which it writes; the parameters are only read.</summary>
    public UpdateSweepArguments Sweep;

    /// <summary>Written: the sum of squared parameters.</summary>
    public double Parameters;

    /// <summary>Written: the sum of squared directions.</summary>
    public double Directions;
}

/// <summary>The first of two passes of an update that is scaled by the norms of a tensor: slots follow the gradient, and <c>sum w^2</c> and <c>sum r^2</c> are gathered, where r is what the rule returns.</summary>
/// <typeparam name="TRule">The rule, of two slots.</typeparam>
/// <remarks>Squares are summed in lanes over blocks of 4,096 elements, then pairwise, and added in double in order. Traffic: reads 16 and writes 8 bytes per element.</remarks>
public readonly unsafe struct DirectionSums<TRule> : IKernel<DirectionSumsArguments>
    where TRule : struct, IUpdateRule
{
    private const int Block = 4096;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref DirectionSumsArguments arguments)
        where P : struct, IPack<P>
    {
        ref var sweep = ref arguments.Sweep;
        float* w = sweep.Parameters, g = sweep.Gradients, s = sweep.FirstSlot, t = sweep.SecondSlot;
        var numbers = sweep.Numbers;
        var unused = P.Zero;
        (arguments.Parameters, arguments.Directions) = (0, 0);
        for (var first = 0; first < sweep.Count; first += Block)
        {
            P parameters = P.Zero, directions = P.Zero;
            var end = Math.Min(sweep.Count, first + Block);
            for (var i = first; i < end; i += P.Width)
            {
                // Absent lanes are zero, and so is their direction.
                var count = Math.Min(P.Width, end - i);
                P parameter = P.LoadPartial(w + i, count), mean = P.LoadPartial(s + i, count), square = P.LoadPartial(t + i, count);
                var direction = TRule.Apply(parameter, P.LoadPartial(g + i, count), ref mean, ref square, ref unused, ref numbers);
                P.StorePartial(s + i, mean, count);
                P.StorePartial(t + i, square, count);
                parameters = P.MultiplyAdd(parameter, parameter, parameters);
                directions = P.MultiplyAdd(direction, direction, directions);
            }

            arguments.Parameters += P.Sum(parameters);
            arguments.Directions += P.Sum(directions);
        }
    }
}
