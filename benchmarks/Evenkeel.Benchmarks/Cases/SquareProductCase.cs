using System.Globalization;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>The product of two square matrices.</summary>
/// <param name="size">Rows and columns.</param>
public sealed class SquareProductCase(int size) : BenchmarkCase
{
    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"op/gemm-{size}");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads) =>
        new MatrixProductRun(PackWidths.Widest, new(size, size, size), MatrixProductPartition.Tiles, threads) { Operations = 2.0 * size * size * size };
}
