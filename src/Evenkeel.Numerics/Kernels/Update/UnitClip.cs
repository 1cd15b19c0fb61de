using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Update;

/// <summary>Arguments of <see cref="UnitClip"/>.</summary>
public unsafe struct UnitClipArguments
{
    /// <summary>Weights w [rows, units].</summary>
    public float* Parameters;

    /// <summary>Gradients g [rows, units], read and written.</summary>
    public float* Gradients;

    /// <summary>Floats from one row to the next, in both.</summary>
    public nint Stride;

    /// <summary>All rows, and the units of this piece.</summary>
    public Window Window;

    /// <summary>How long a unit's gradient may be, as a share of its weights.</summary>
    public float Ratio;

    /// <summary>The least length that a unit's weights count.</summary>
    public float Floor;
}

/// <summary>Bounds the gradient of every unit, a column: <c>g[., j] = g[., j] min(1, ratio max(|w[., j]|, floor) / |g[., j]|)</c>.</summary>
/// <remarks>
/// Brock et al., arXiv 2102.06171, equation 3. Lanes are units, the remainder is a partial pack; squares are summed over rows upward, float sums of up to 128 rows folded into double.
/// Traffic: reads 8 bytes per element, and where a unit of a pack is too long reads and writes 4 more.
/// </remarks>
public readonly unsafe struct UnitClip : IKernel<UnitClipArguments>
{
    private const int BlockRows = 128;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref UnitClipArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var sums = stackalloc double[2 * P.Width];
        var factors = stackalloc float[P.Width];
        for (var unit = window.FirstColumn; unit < window.EndColumn; unit += P.Width)
        {
            var count = Math.Min(P.Width, window.EndColumn - unit);
            float* w = arguments.Parameters + unit, g = arguments.Gradients + unit;
            new Span<double>(sums, 2 * P.Width).Clear();
            for (var row = 0; row < window.Rows; row += BlockRows)
            {
                P weights = P.Zero, gradients = P.Zero;
                for (var r = row; r < Math.Min(window.Rows, row + BlockRows); r++)
                {
                    P weight = P.LoadPartial(w + (r * arguments.Stride), count), gradient = P.LoadPartial(g + (r * arguments.Stride), count);
                    weights = P.MultiplyAdd(weight, weight, weights);
                    gradients = P.MultiplyAdd(gradient, gradient, gradients);
                }

                P.AddToDoubles(sums, weights, count);
                P.AddToDoubles(sums + P.Width, gradients, count);
            }

            var clips = false;
            for (var lane = 0; lane < P.Width; lane++)
            {
                var (most, length) = (arguments.Ratio * Math.Max(Math.Sqrt(sums[lane]), arguments.Floor), Math.Sqrt(sums[P.Width + lane]));
                factors[lane] = length > most ? (float)(most / length) : 1;
                clips |= length > most;
            }

            if (!clips) continue;
            var factor = P.Load(factors);
            for (var r = 0; r < window.Rows; r++) P.StorePartial(g + (r * arguments.Stride), factor * P.LoadPartial(g + (r * arguments.Stride), count), count);
        }
    }
}
