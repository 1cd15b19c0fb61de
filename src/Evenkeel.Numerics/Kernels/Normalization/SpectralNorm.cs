using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>Arguments of <see cref="SpectralNorm"/>.</summary>
public unsafe struct SpectralNormArguments
{
    /// <summary>Weights W [rows, units].</summary>
    public float* Weight;

    /// <summary>Rows of W.</summary>
    public int Rows;

    /// <summary>Columns of W, and floats from one row to the next.</summary>
    public int Units;

    /// <summary>The unit vector v [rows] that iterations begin from.</summary>
    public double* Left;

    /// <summary>The unit vector u [units] that iterations begin from.</summary>
    public double* Right;

    /// <summary>Power iterations, 0 or more.</summary>
    public int Iterations;

    /// <summary>Receives v [rows], u [units] and sigma, one behind another.</summary>
    public double* Result;

    /// <summary>Receives W / sigma [rows, units].</summary>
    public float* Output;

    /// <summary>Memory for a vector of the longer side.</summary>
    public float* Scratch;
}

/// <summary>Divides weights by their largest singular value, <c>W / sigma</c> with <c>sigma = v^T W u</c>, after power iterations <c>v = W u / |W u|</c>, <c>u = W^T v / |W^T v|</c>.</summary>
/// <remarks>
/// Miyato et al., arXiv 1802.05957, Algorithm 1, for weights whose units are columns. Lanes are units, the remainder is a partial pack. Sums are float in blocks of 128 terms per lane, folded into double upward;
/// vectors and sigma are double, and rounded to float where they multiply weights. Traffic: reads 4 bytes per element once and twice more per iteration, writes 4.
/// A length below 1e-12 counts as 1e-12, so that weights of zeros stay zeros.
/// </remarks>
public readonly unsafe struct SpectralNorm : IKernel<SpectralNormArguments>
{
    private const int Block = 128;

    private const double LeastLength = 1e-12;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref SpectralNormArguments arguments)
        where P : struct, IPack<P>
    {
        var (rows, units) = (arguments.Rows, arguments.Units);
        double* left = arguments.Result, right = left + rows, sigma = right + units;
        Copy(arguments.Left, left, rows);
        Copy(arguments.Right, right, units);
        for (var i = 0; i < arguments.Iterations; i++)
        {
            Round(right, arguments.Scratch, units);
            for (var row = 0; row < rows; row++) left[row] = Dot<P>(arguments.Weight + ((nint)row * units), arguments.Scratch, units);
            Shorten(left, rows);
            Round(left, arguments.Scratch, rows);
            Combine<P>(in arguments, right);
            *sigma = Shorten(right, units);
        }

        if (arguments.Iterations == 0)
        {
            Round(right, arguments.Scratch, units);
            var sum = 0.0;
            for (var row = 0; row < rows; row++) sum += left[row] * Dot<P>(arguments.Weight + ((nint)row * units), arguments.Scratch, units);
            *sigma = Math.Abs(sum) < LeastLength ? LeastLength : sum;
        }

        var factor = P.Broadcast((float)(1 / *sigma));
        var count = (nint)rows * units;
        nint at = 0;
        for (; at + P.Width <= count; at += P.Width) P.Store(arguments.Output + at, factor * P.Load(arguments.Weight + at));
        var rest = (int)(count - at);
        if (rest > 0) P.StorePartial(arguments.Output + at, factor * P.LoadPartial(arguments.Weight + at, rest), rest);
    }

    /// <summary>The sum of products of two vectors.</summary>
    private static double Dot<P>(float* a, float* b, int count)
        where P : struct, IPack<P>
    {
        var total = 0.0;
        for (var first = 0; first < count; first += Block * P.Width)
        {
            var sum = P.Zero;
            var end = Math.Min(count, first + (Block * P.Width));
            var i = first;
            for (; i + P.Width <= end; i += P.Width) sum = P.MultiplyAdd(P.Load(a + i), P.Load(b + i), sum);
            if (i < end) sum = P.MultiplyAdd(P.LoadPartial(a + i, end - i), P.LoadPartial(b + i, end - i), sum);
            total += P.Sum(sum);
        }

        return total;
    }

    /// <summary><c>sums = W^T v</c>, with v in scratch.</summary>
    private static void Combine<P>(in SpectralNormArguments arguments, double* sums)
        where P : struct, IPack<P>
    {
        var (rows, units) = (arguments.Rows, arguments.Units);
        new Span<double>(sums, units).Clear();
        for (var unit = 0; unit < units; unit += P.Width)
        {
            var count = Math.Min(P.Width, units - unit);
            for (var first = 0; first < rows; first += Block)
            {
                var sum = P.Zero;
                for (var row = first; row < Math.Min(rows, first + Block); row++) sum = P.MultiplyAdd(P.Broadcast(arguments.Scratch[row]), P.LoadPartial(arguments.Weight + ((nint)row * units) + unit, count), sum);
                P.AddToDoubles(sums + unit, sum, count);
            }
        }
    }

    /// <summary>Gives a vector the length 1.</summary>
    /// <returns>The length that it had, or what counts as one.</returns>
    private static double Shorten(double* vector, int count)
    {
        var squares = 0.0;
        for (var i = 0; i < count; i++) squares += vector[i] * vector[i];
        var length = Math.Max(Math.Sqrt(squares), LeastLength);
        for (var i = 0; i < count; i++) vector[i] /= length;
        return length;
    }

    private static void Round(double* vector, float* rounded, int count)
    {
        for (var i = 0; i < count; i++) rounded[i] = (float)vector[i];
    }

    private static void Copy(double* from, double* to, int count) => new ReadOnlySpan<double>(from, count).CopyTo(new Span<double>(to, count));
}
