using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>Arguments of <see cref="InverseRoot"/> and <see cref="InverseRootBackward"/>.</summary>
public unsafe struct InverseRootArguments
{
    /// <summary>A diagonal block of the second moments [size, size], sums over all values.</summary>
    public float* Moments;

    /// <summary>Floats from one row to the next, in <see cref="Moments"/> and <see cref="MomentGradient"/>.</summary>
    public nint Stride;

    /// <summary>Rows and columns of the block.</summary>
    public int Size;

    /// <summary>How many values the moments were summed over.</summary>
    public double Values;

    /// <summary>Added to the diagonal of their mean.</summary>
    public double Epsilon;

    /// <summary>Newton-Schulz iterations T, at least 1.</summary>
    public int Iterations;

    /// <summary>W [size, size]: receives the root, or has its gradient in the backward pass.</summary>
    public double* Root;

    /// <summary>Receives the gradient of <see cref="Moments"/> in the backward pass.</summary>
    public float* MomentGradient;

    /// <summary>Memory for <see cref="InverseRoot.Scratch"/> doubles.</summary>
    public double* Scratch;
}

/// <summary>The inverse square root of a matrix of second moments by Newton-Schulz iterations: <c>S = M / n + epsilon I</c>, <c>P_0 = I</c>, <c>P_{k+1} = (3 P_k - P_k^3 S / tr S) / 2</c>, <c>W = P_T / sqrt(tr S)</c>.</summary>
/// <remarks>
/// Huang et al., arXiv 1904.03441, Algorithm 1; as T grows W becomes the whitening matrix <c>S^(-1/2)</c> of arXiv 1804.08450. All in double, sums upward; a block is small beside the products around it, so there are no lanes.
/// What is not finite stays so.
/// </remarks>
public readonly unsafe struct InverseRoot : IKernel<InverseRootArguments>
{
    private const int Temporaries = 8;

    /// <summary>Doubles of scratch memory that a block needs, forward or backward.</summary>
    public static long Scratch(int size, int iterations) => (long)size * size * (iterations + Temporaries);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref InverseRootArguments arguments)
        where P : struct, IPack<P>
    {
        var count = arguments.Size * arguments.Size;
        double* moments = arguments.Scratch, power = moments + count, iterates = power + (2 * count);
        var trace = Iterate(in arguments, moments, power, iterates);
        var last = iterates + (arguments.Iterations * count);
        var factor = 1 / Math.Sqrt(trace);
        for (var i = 0; i < count; i++) arguments.Root[i] = last[i] * factor;
    }

    /// <summary>Fills in S / tr S and the iterates P_0..P_T.</summary>
    /// <returns>The trace of S.</returns>
    internal static double Iterate(in InverseRootArguments arguments, double* moments, double* temporary, double* iterates)
    {
        var size = arguments.Size;
        var count = size * size;
        var trace = 0.0;
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++) moments[(row * size) + column] = (arguments.Moments[(row * arguments.Stride) + column] / arguments.Values) + (row == column ? arguments.Epsilon : 0);
            trace += moments[(row * size) + row];
        }

        for (var i = 0; i < count; i++)
        {
            moments[i] /= trace;
            iterates[i] = i % (size + 1) == 0 ? 1 : 0;
        }

        double* square = temporary, cube = temporary + count;
        for (var k = 0; k < arguments.Iterations; k++)
        {
            double* before = iterates + (k * count), after = before + count;
            Multiply(before, before, square, size);
            Multiply(square, before, cube, size);
            Multiply(cube, moments, after, size);
            for (var i = 0; i < count; i++) after[i] = (1.5 * before[i]) - (0.5 * after[i]);
        }

        return trace;
    }

    /// <summary><c>C = A B</c>, or <c>C += A B</c>, of square matrices.</summary>
    internal static void Multiply(double* a, double* b, double* c, int size, bool adds = false)
    {
        if (!adds) new Span<double>(c, size * size).Clear();
        for (var row = 0; row < size; row++)
        {
            var sums = c + (row * size);
            for (var inner = 0; inner < size; inner++)
            {
                var factor = a[(row * size) + inner];
                var line = b + (inner * size);
                for (var column = 0; column < size; column++) sums[column] += factor * line[column];
            }
        }
    }
}
