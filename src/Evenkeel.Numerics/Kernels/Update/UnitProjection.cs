using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Update;

/// <summary>Arguments of <see cref="UnitProjection"/>.</summary>
public unsafe struct UnitProjectionArguments
{
    /// <summary>Weights w [rows, units], read and written.</summary>
    public float* Parameters;

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride;

    /// <summary>All rows, and the units of this piece.</summary>
    public Window Window;

    /// <summary>The greatest length of a unit, above 0.</summary>
    public float MaximumNorm;
}

/// <summary>Shortens every unit, a column, to a greatest length: <c>w[., j] = w[., j] min(1, c / |w[., j]|)</c>.</summary>
/// <remarks>
/// Srivastava et al. 2014, section 5.1. Lanes are units, the remainder is a partial pack; squares are summed over rows upward, float sums of up to 128 rows folded into double.
/// Traffic: reads 4 bytes per element, and where a unit of a pack is too long reads and writes 4 more.
/// </remarks>
public readonly unsafe struct UnitProjection : IKernel<UnitProjectionArguments>
{
    private const int BlockRows = 128;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref UnitProjectionArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var sums = stackalloc double[P.Width];
        var factors = stackalloc float[P.Width];
        for (var unit = window.FirstColumn; unit < window.EndColumn; unit += P.Width)
        {
            var count = Math.Min(P.Width, window.EndColumn - unit);
            var w = arguments.Parameters + unit;
            new Span<double>(sums, P.Width).Clear();
            for (var row = 0; row < window.Rows; row += BlockRows)
            {
                var squares = P.Zero;
                for (var r = row; r < Math.Min(window.Rows, row + BlockRows); r++)
                {
                    var weight = P.LoadPartial(w + (r * arguments.Stride), count);
                    squares = P.MultiplyAdd(weight, weight, squares);
                }

                P.AddToDoubles(sums, squares, count);
            }

            var shortens = false;
            for (var lane = 0; lane < P.Width; lane++)
            {
                var length = Math.Sqrt(sums[lane]);
                factors[lane] = length > arguments.MaximumNorm ? (float)(arguments.MaximumNorm / length) : 1;
                shortens |= length > arguments.MaximumNorm;
            }

            if (!shortens) continue;
            var factor = P.Load(factors);
            for (var r = 0; r < window.Rows; r++) P.StorePartial(w + (r * arguments.Stride), factor * P.LoadPartial(w + (r * arguments.Stride), count), count);
        }
    }
}
