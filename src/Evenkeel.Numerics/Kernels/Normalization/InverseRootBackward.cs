using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>The gradient of <see cref="InverseRoot"/>: from that of W to that of the moments.</summary>
/// <remarks>
/// With <c>N = S / tr S</c> and G the gradient of P_{k+1}: <c>dP_k = 1.5 G - 0.5 (G N P^2 + P G N P + P^2 G N)</c> and <c>dN -= 0.5 P^3 G</c>, k downward, for P and N are symmetric (arXiv 1904.03441, appendix);
/// then <c>dS = dN / tr S</c> and the trace's share on the diagonal. The iterates are computed anew. All in double, sums upward.
/// </remarks>
public readonly unsafe struct InverseRootBackward : IKernel<InverseRootArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref InverseRootArguments arguments)
        where P : struct, IPack<P>
    {
        var size = arguments.Size;
        var count = size * size;
        double* moments = arguments.Scratch, square = moments + count, product = square + count, gradient = product + count, next = gradient + count, total = next + count;
        var iterates = total + count;
        var trace = InverseRoot.Iterate(in arguments, moments, square, iterates);
        var last = iterates + (arguments.Iterations * count);
        var inverse = 1 / Math.Sqrt(trace);

        // W = P_T / sqrt(trace).
        var traceGradient = 0.0;
        for (var i = 0; i < count; i++)
        {
            traceGradient -= 0.5 * arguments.Root[i] * last[i] * inverse / trace;
            gradient[i] = arguments.Root[i] * inverse;
            total[i] = 0;
        }

        for (var k = arguments.Iterations - 1; k >= 0; k--)
        {
            var p = iterates + (k * count);
            InverseRoot.Multiply(p, p, square, size);

            // dN: P^3 G.
            InverseRoot.Multiply(square, p, product, size);
            InverseRoot.Multiply(product, gradient, next, size);
            for (var i = 0; i < count; i++) total[i] -= 0.5 * next[i];

            // dP: G N, and what stands around it.
            InverseRoot.Multiply(gradient, moments, product, size);
            InverseRoot.Multiply(product, square, next, size);
            InverseRoot.Multiply(square, product, next, size, adds: true);
            InverseRoot.Multiply(p, product, square, size);
            InverseRoot.Multiply(square, p, next, size, adds: true);
            for (var i = 0; i < count; i++) gradient[i] = (1.5 * gradient[i]) - (0.5 * next[i]);
        }

        // N = S / trace, where scratch has N.
        for (var i = 0; i < count; i++) traceGradient -= total[i] * moments[i] / trace;
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
                arguments.MomentGradient[(row * arguments.Stride) + column] = (float)(((total[(row * size) + column] / trace) + (row == column ? traceGradient : 0)) / arguments.Values);
        }
    }
}
