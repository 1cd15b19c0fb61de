using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary>Arguments of <see cref="MeanSquaredError"/>.</summary>
public unsafe struct MeanSquaredErrorArguments
{
    /// <summary>Predictions x.</summary>
    public float* Predictions;

    /// <summary>Targets t.</summary>
    public float* Targets;

    /// <summary>Written: the gradient; may be the predictions themselves.</summary>
    public float* Gradient;

    /// <summary>Elements of this piece.</summary>
    public long Count;

    /// <summary>What the gradient is multiplied by: 1 / elements for a mean.</summary>
    public float Scale;

    /// <summary>Written: the sum of squared differences.</summary>
    public double Loss;
}

/// <summary>Squared differences with their gradient, one sweep: <c>loss = sum (x - t)^2</c>, <c>dx = 2 (x - t) scale</c>.</summary>
/// <remarks>Float sums over blocks of 4,096 elements, folded into double in order. Reads 8, writes 4 bytes per element. NaN shows in both results.</remarks>
public readonly unsafe struct MeanSquaredError : IKernel<MeanSquaredErrorArguments>
{
    private const int Block = 4096;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref MeanSquaredErrorArguments arguments)
        where P : struct, IPack<P>
    {
        float* x = arguments.Predictions, t = arguments.Targets, g = arguments.Gradient;
        var twice = P.Broadcast(2 * arguments.Scale);
        var loss = 0.0;
        for (var first = 0L; first < arguments.Count; first += Block)
        {
            var sum = P.Zero;
            for (var left = (int)Math.Min(Block, arguments.Count - first); left > 0; left -= P.Width)
            {
                var whole = left >= P.Width;
                var d = whole ? P.Load(x) - P.Load(t) : P.LoadPartial(x, left) - P.LoadPartial(t, left);
                sum = P.MultiplyAdd(d, d, sum);
                if (whole) P.Store(g, d * twice);
                else P.StorePartial(g, d * twice, left);
                x += P.Width;
                t += P.Width;
                g += P.Width;
            }

            loss += P.Sum(sum);
        }

        arguments.Loss = loss;
    }
}
