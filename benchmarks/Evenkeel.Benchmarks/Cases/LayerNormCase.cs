using System.Globalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>Layer normalisation alone, forward and backward: 20 bytes moved per element.</summary>
/// <param name="rows">Rows, a multiple of 8.</param>
/// <param name="channels">Numbers of a row.</param>
public sealed unsafe class LayerNormCase(int rows, int channels) : BenchmarkCase
{
    private const int PieceRows = 8;

    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"op/layer-norm-{rows}x{channels}");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var team = WorkTeam.Lease(threads);
        var elements = (long)rows * channels;
        NativeBuffer x = new(elements), y = new(elements), dy = new(elements), dx = new(elements), gamma = new(2 * channels), saved = new((long)rows * LayerNormForward.Statistics);
        NativeBuffer sums = new(4L * channels * team.Threads), scratch = new(2L * channels * team.Threads);
        new RandomStream(0, "x").FillUniform(x.Span);
        new RandomStream(0, "dy").FillUniform(dy.Span);
        gamma.Span[..channels].Fill(1);
        var forward = KernelEntry<LayerNormForwardArguments>.Of<LayerNormForward>(PackWidths.Widest);
        var backward = KernelEntry<LayerNormBackwardArguments>.Of<LayerNormBackward>(PackWidths.Widest);
        return new PieceRun(
            team, rows / PieceRows, [x, y, dy, dx, gamma, saved, sums, scratch], () => sums.Span.Clear(),
            (piece, _) =>
            {
                var arguments = new LayerNormForwardArguments { Input = x.Pointer, Gamma = gamma.Pointer, Beta = gamma.Pointer + channels, Output = y.Pointer, Statistics = saved.Pointer, FirstRow = piece * PieceRows, EndRow = (piece + 1) * PieceRows, Channels = channels, Epsilon = 1e-5, SubtractsMean = true };
                forward.Run(ref arguments);
            },
            (piece, worker) =>
            {
                var arguments = new LayerNormBackwardArguments
                {
                    Input = x.Pointer,
                    OutputGradient = dy.Pointer,
                    Gamma = gamma.Pointer,
                    Statistics = saved.Pointer,
                    InputGradient = dx.Pointer,
                    Sums = (double*)sums.Pointer + (2L * channels * worker),
                    Scratch = scratch.Pointer + (2L * channels * worker),
                    FirstRow = piece * PieceRows,
                    EndRow = (piece + 1) * PieceRows,
                    Channels = channels,
                    SubtractsMean = true,
                };
                backward.Run(ref arguments);
            });
    }
}
