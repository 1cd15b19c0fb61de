using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Attention;

/// <summary>Arguments of <see cref="AttentionWeightsBackward"/>.</summary>
public unsafe struct AttentionWeightsBackwardArguments
{
    /// <summary>The weights [rows, keys].</summary>
    public float* Weights;

    /// <summary>Read and written: the cotangent of the weights [rows, keys], then that of the products of queries and keys.</summary>
    public float* Cotangent;

    /// <summary>Queries.</summary>
    public int Rows;

    /// <summary>Keys.</summary>
    public int Keys;

    /// <summary>What the products were multiplied by.</summary>
    public float Scale;
}

/// <summary>The adjoint of <see cref="AttentionWeights"/>, row by row: <c>ds_j = scale p_j (dp_j - sum_k p_k dp_k)</c>; keys that a query does not see have weight 0 and get none.</summary>
/// <remarks>Traffic: reads 8 and writes 4 bytes per element, the row twice from the first cache level. The sum runs in lanes, then pairwise. NaN reaches its row.</remarks>
public readonly unsafe struct AttentionWeightsBackward : IKernel<AttentionWeightsBackwardArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref AttentionWeightsBackwardArguments arguments)
        where P : struct, IPack<P>
    {
        var keys = arguments.Keys;
        var scale = P.Broadcast(arguments.Scale);
        for (var row = 0; row < arguments.Rows; row++)
        {
            float* p = arguments.Weights + ((long)row * keys), d = arguments.Cotangent + ((long)row * keys);
            var products = P.Zero;
            for (var j = 0; j < keys; j += P.Width)
            {
                var count = Math.Min(P.Width, keys - j);
                P.AddProduct(ref products, P.LoadPartial(p + j, count), P.LoadPartial(d + j, count));
            }

            var sum = P.Broadcast(P.Sum(products));
            for (var j = 0; j < keys; j += P.Width)
            {
                var count = Math.Min(P.Width, keys - j);
                P.StorePartial(d + j, scale * P.LoadPartial(p + j, count) * (P.LoadPartial(d + j, count) - sum), count);
            }
        }
    }
}
