using System.Globalization;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.Normalization;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>Group normalisation of [N, H, W, C] alone, forward and backward, sample by sample: 20 bytes moved per element.</summary>
/// <param name="samples">N.</param>
/// <param name="channels">C.</param>
/// <param name="size">H and W.</param>
/// <param name="groups">Groups of channels.</param>
public sealed unsafe class GroupNormCase(int samples, int channels, int size, int groups) : BenchmarkCase
{
    private const int Transform = 5;

    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"op/group-norm-{samples}x{channels}x{size}x{size}");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var team = WorkTeam.Lease(threads);
        var (bits, rows) = (PackWidths.Widest, size * size);
        var elements = (long)samples * rows * channels;
        NativeBuffer x = new(elements), y = new(elements), dy = new(elements), dx = new(elements), gamma = new(2 * channels), saved = new((long)samples * Transform * channels);
        var slotFloats = 2 * Math.Max(MomentSlot.Doubles(channels), GradientSlot.Doubles(channels));
        var own = slotFloats + (2L * channels) + (4L * channels);
        NativeBuffer scratch = new(own * team.Threads);
        new RandomStream(0, "x").FillUniform(x.Span);
        new RandomStream(0, "dy").FillUniform(dy.Span);
        gamma.Span[..channels].Fill(1);
        var statistics = KernelEntry<BatchStatisticsArguments>.Of<BatchStatistics>(bits);
        var finalize = KernelEntry<GroupFinalizeArguments>.Of<GroupFinalize>(bits);
        var normalize = KernelEntry<NormalizeActivateArguments>.Of<NormalizeActivate<Identity>>(bits);
        var reduce = KernelEntry<BackwardReduceArguments>.Of<BackwardReduce<Identity>>(bits);
        var backward = KernelEntry<GroupBackwardFinalizeArguments>.Of<GroupBackwardFinalize>(bits);
        var apply = KernelEntry<BackwardApplyArguments>.Of<BackwardApply<Identity>>(bits);
        return new PieceRun(
            team, samples, [x, y, dy, dx, gamma, saved, scratch], () => scratch.Span.Clear(),
            (sample, worker) =>
            {
                var slot = (double*)(scratch.Pointer + (own * worker));
                var window = new Window(sample * rows, (sample + 1) * rows, 0, channels);
                var coefficients = NormalizationCoefficients.At(saved.Pointer + ((long)sample * Transform * channels), channels);
                var first = new BatchStatisticsArguments { Input = x.Pointer, InputStride = channels, Window = window, Channels = channels, Slot = slot };
                statistics.Run(ref first);
                var second = new GroupFinalizeArguments { Slot = slot, Channels = channels, Groups = groups, Gamma = gamma.Pointer, Beta = gamma.Pointer + channels, Epsilon = 1e-5, Coefficients = coefficients };
                finalize.Run(ref second);
                var third = new NormalizeActivateArguments { Input = x.Pointer, InputStride = channels, Output = y.Pointer, OutputStride = channels, Window = window, Coefficients = coefficients };
                normalize.Run(ref third);
            },
            (sample, worker) =>
            {
                var slot = (double*)(scratch.Pointer + (own * worker));
                var factors = scratch.Pointer + (own * worker) + slotFloats;
                var window = new Window(sample * rows, (sample + 1) * rows, 0, channels);
                var coefficients = NormalizationCoefficients.At(saved.Pointer + ((long)sample * Transform * channels), channels);
                var first = new BackwardReduceArguments { Input = x.Pointer, InputStride = channels, OutputGradient = dy.Pointer, OutputGradientStride = channels, OutputStride = channels, Window = window, Channels = channels, Coefficients = coefficients, Slot = slot };
                reduce.Run(ref first);
                var second = new GroupBackwardFinalizeArguments { Slot = slot, Channels = channels, Groups = groups, Rows = rows, Gamma = gamma.Pointer, Coefficients = coefficients, Sums = (double*)(factors + (2 * channels)), InputFactor = factors, Constant = factors + channels };
                backward.Run(ref second);
                var third = new BackwardApplyArguments
                {
                    Input = x.Pointer,
                    InputStride = channels,
                    OutputGradient = dy.Pointer,
                    OutputGradientStride = channels,
                    OutputStride = channels,
                    InputGradient = dx.Pointer,
                    InputGradientStride = channels,
                    Window = window,
                    Coefficients = coefficients,
                    InputFactor = factors,
                    Constant = factors + channels,
                };
                apply.Run(ref third);
            });
    }
}
