using System.Globalization;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>Batch normalisation of [N, H, W, C] alone, forward and backward, with or without a rectifier behind it.</summary>
/// <param name="samples">N.</param>
/// <param name="channels">C.</param>
/// <param name="size">H and W.</param>
/// <param name="rectifies">Whether a rectifier is fused in.</param>
public sealed class BatchNormCase(int samples, int channels, int size, bool rectifies) : BenchmarkCase
{
    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"op/bn{(rectifies ? "-relu" : "")}-{samples}x{channels}x{size}x{size}");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads) => rectifies
        ? new BatchNormRun<Relu>(PackWidths.Widest, samples * size * size, channels, threads)
        : new BatchNormRun<Identity>(PackWidths.Widest, samples * size * size, channels, threads);
}
