using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Normalization;

/// <summary>Arguments of <see cref="SpectralNormBackward"/>.</summary>
public unsafe struct SpectralNormBackwardArguments
{
    /// <summary>Weights W [rows, units].</summary>
    public float* Weight;

    /// <summary>The gradient G by W / sigma [rows, units].</summary>
    public float* OutputGradient;

    /// <summary>Receives the gradient by W [rows, units]; may be <see cref="OutputGradient"/>.</summary>
    public float* WeightGradient;

    /// <summary>Rows of W.</summary>
    public int Rows;

    /// <summary>Columns of W, and floats from one row to the next.</summary>
    public int Units;

    /// <summary>v [rows], u [units] and sigma, as <see cref="SpectralNormArguments.Result"/>.</summary>
    public double* Result;

    /// <summary>Memory for a vector of one number per unit.</summary>
    public float* Scratch;
}

/// <summary>The gradient of weights that were divided by <c>sigma = v^T W u</c>: <c>dW = G / sigma - (sum(G W) / sigma^2) v u^T</c>.</summary>
/// <remarks>
/// Miyato et al., arXiv 1802.05957, equation 12: v and u count as constants. Lanes are units, the remainder is a partial pack. Sums are float in a row and double over rows, upward.
/// Traffic: reads 16 bytes per element, writes 4.
/// </remarks>
public readonly unsafe struct SpectralNormBackward : IKernel<SpectralNormBackwardArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref SpectralNormBackwardArguments arguments)
        where P : struct, IPack<P>
    {
        var (rows, units) = (arguments.Rows, arguments.Units);
        double* left = arguments.Result, right = left + rows;
        var sigma = right[units];
        var along = 0.0;
        for (var row = 0; row < rows; row++)
        {
            float* w = arguments.Weight + ((nint)row * units), g = arguments.OutputGradient + ((nint)row * units);
            var sum = P.Zero;
            var i = 0;
            for (; i + P.Width <= units; i += P.Width) sum = P.MultiplyAdd(P.Load(w + i), P.Load(g + i), sum);
            if (i < units) sum = P.MultiplyAdd(P.LoadPartial(w + i, units - i), P.LoadPartial(g + i, units - i), sum);
            along += P.Sum(sum);
        }

        for (var unit = 0; unit < units; unit++) arguments.Scratch[unit] = (float)right[unit];
        var inverse = P.Broadcast((float)(1 / sigma));
        for (var row = 0; row < rows; row++)
        {
            float* g = arguments.OutputGradient + ((nint)row * units), d = arguments.WeightGradient + ((nint)row * units);
            var factor = P.Broadcast((float)(-along / (sigma * sigma) * left[row]));
            var i = 0;
            for (; i + P.Width <= units; i += P.Width) P.Store(d + i, P.MultiplyAdd(factor, P.Load(arguments.Scratch + i), inverse * P.Load(g + i)));
            var rest = units - i;
            if (rest > 0) P.StorePartial(d + i, P.MultiplyAdd(factor, P.LoadPartial(arguments.Scratch + i, rest), inverse * P.LoadPartial(g + i, rest)), rest);
        }
    }
}
