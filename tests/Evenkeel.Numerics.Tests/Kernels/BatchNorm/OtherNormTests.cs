using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.BatchNorm;

/// <summary>Norms, their squares and the gradient through them, and the corrections of Batch Renormalization.</summary>
public sealed unsafe class OtherNormTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void Norms_are_those_of_the_book_whatever_the_pieces(int bits)
    {
        foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs.Where(static pair => pair.Rows < 1500))
        {
            var x = new SeededRandom((ulong)((rows * 1000) + channels)).Floats(rows * channels, 1, 2);
            if (rows > 2) x[channels * 2] = -x[0];
            foreach (var kind in new[] { DivisorKind.MeanAbsolute, DivisorKind.RootMeanSquare, DivisorKind.LargestAbsolute })
            {
                var power = kind switch { DivisorKind.MeanAbsolute => 1, DivisorKind.RootMeanSquare => 2, _ => double.PositiveInfinity };
                var expected = Book.NormedBatchNorm.Norms(Expect.Widen(x), channels, power);
                foreach (var cut in new[] { 0, rows / 3 })
                {
                    var (square, slope, threshold) = Finalize(bits, x, channels, kind, cut);
                    var what = $"[{rows}, {channels}], {kind}, cut at {cut}";
                    Expect.CloseEach([.. expected.Select(static norm => norm * norm)], square, Tolerances.FloatSum(rows), what);
                    if (kind == DivisorKind.RootMeanSquare) continue;
                    for (var channel = 0; channel < channels; channel++)
                    {
                        var ties = Enumerable.Range(0, rows).Count(row => Math.Abs(x[(row * channels) + channel]) == expected[channel]);
                        var share = kind == DivisorKind.LargestAbsolute ? ties : rows;
                        Assert.Equal(expected[channel] / share, slope[channel], 1e-5 * expected[channel] / share);
                        Assert.Equal(kind == DivisorKind.LargestAbsolute ? (float)expected[channel] : 0, threshold[channel]);
                    }
                }
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_sign_is_added_where_the_threshold_is_reached(int bits)
    {
        foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs.Where(static pair => pair.Rows < 70))
        {
            var random = new SeededRandom(3);
            float[] x = random.Floats(rows * channels), g = random.Floats(x.Length), factor = random.Floats(channels), threshold = Array.ConvertAll(random.Floats(channels), MathF.Abs);
            x[0] = 0;
            threshold[0] = 0;
            var expected = new double[x.Length];
            for (var i = 0; i < x.Length; i++) expected[i] = g[i] + (MathF.Abs(x[i]) >= threshold[i % channels] ? (double)factor[i % channels] * MathF.Sign(x[i]) : 0);
            using var input = GuardedBuffer.EndingAtGuard(x);
            using var gradient = GuardedBuffer.EndingAtGuard(g);
            using var factors = GuardedBuffer.EndingAtGuard(factor);
            using var thresholds = GuardedBuffer.EndingAtGuard(threshold);
            var arguments = new SignCorrectionArguments
            {
                Input = input.Pointer,
                Gradient = gradient.Pointer,
                InputGradient = gradient.Pointer,
                Stride = channels,
                Window = new(0, rows, 0, channels),
                Factor = factors.Pointer,
                Threshold = thresholds.Pointer,
            };
            Kernels.Run.Kernel<SignCorrection, SignCorrectionArguments>(bits, ref arguments);
            Expect.Close(expected, gradient.Span, Tolerances.FloatArithmetic, $"[{rows}, {channels}]");
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Renormalisation_clips_ratio_and_offset(int bits)
    {
        const int Channels = 37;
        var random = new SeededRandom(6);
        double[] x = random.Normals(40 * Channels, 0, 3), mean = random.Normals(Channels, 0, 4), variance = random.Uniforms(Channels, 0.5, 40);
        var batch = Book.BatchNorm.Moments(x, Channels);
        var (r, d) = Book.BatchRenorm.Corrections(x, Channels, mean, variance, 1e-5, 1.5, 0.8);
        Assert.Contains(r, static value => value == 1.5);
        Assert.Contains(d, static value => value == -0.8);
        foreach (var weight in new[] { 0.0, 0.25 })
        {
            using var slot = GuardedBuffer.EndingAtGuard<double>([.. Enumerable.Repeat(40.0, Channels), .. batch.Mean, .. batch.Variance.Select(static v => v * 40)]);
            var stored = weight;
            using var means = GuardedBuffer.EndingAtGuard<double>([.. mean.Select(value => value * weight)]);
            using var variances = GuardedBuffer.EndingAtGuard<double>([.. variance.Select(value => value * weight)]);
            using var ratio = new GuardedBuffer<float>(Channels);
            using var offset = new GuardedBuffer<float>(Channels);
            var arguments = new RenormalizeArguments
            {
                Slot = slot.Pointer,
                Channels = Channels,
                EndChannel = Channels,
                RunningMean = means.Pointer,
                RunningVariance = variances.Pointer,
                Weight = &stored,
                Epsilon = 1e-5,
                MaximumRatio = 1.5,
                MaximumOffset = 0.8,
                Ratio = ratio.Pointer,
                Offset = offset.Pointer,
            };
            Kernels.Run.Kernel<Renormalize, RenormalizeArguments>(bits, ref arguments);
            Expect.CloseEach(weight == 0 ? [.. r.Select(static _ => 1.0)] : r, ratio.Span, Tolerances.FloatArithmetic, "r");
            Expect.Close(weight == 0 ? new double[Channels] : d, offset.Span, Tolerances.FloatArithmetic, "d");
        }
    }

    private static (double[] Square, float[] Slope, float[] Threshold) Finalize(int bits, float[] x, int channels, DivisorKind kind, int cut)
    {
        // Two pieces, the second of them in two parts; an empty first piece is a piece.
        var rows = x.Length / channels;
        var half = (rows + cut) / 2;
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var magnitudes = new GuardedBuffer<double>(2 * (int)AbsoluteSlot.Doubles(channels));
        foreach (var (window, piece, accumulate) in new[] { (new Window(0, cut, 0, channels), 0, false), (new Window(cut, half, 0, channels), 1, false), (new Window(half, rows, 0, channels), 1, true) })
        {
            var arguments = new AbsoluteMomentsArguments { Input = input.Pointer, InputStride = channels, Window = window, Channels = channels, Slot = magnitudes.Pointer + (piece * AbsoluteSlot.Doubles(channels)), Accumulate = accumulate };
            if (kind == DivisorKind.LargestAbsolute) Kernels.Run.Kernel<AbsoluteMaximum, AbsoluteMomentsArguments>(bits, ref arguments);
            else Kernels.Run.Kernel<AbsoluteSum, AbsoluteMomentsArguments>(bits, ref arguments);
        }

        var moments = Book.BatchNorm.Moments(Expect.Widen(x), channels);
        using var slot = GuardedBuffer.EndingAtGuard<double>([.. Enumerable.Repeat((double)rows, channels), .. moments.Mean, .. moments.Variance.Select(v => v * rows)]);
        using var square = new GuardedBuffer<double>(channels);
        using var slope = new GuardedBuffer<float>(channels);
        using var threshold = new GuardedBuffer<float>(channels);
        var finalize = new FinalizeNormArguments { Kind = kind, Slot = slot.Pointer, Magnitudes = magnitudes.Pointer, Pieces = 2, Channels = channels, EndChannel = channels, Square = square.Pointer, Slope = slope.Pointer, Threshold = threshold.Pointer };
        Kernels.Run.Kernel<FinalizeNorm, FinalizeNormArguments>(bits, ref finalize);
        return (square.Span.ToArray(), slope.Span.ToArray(), threshold.Span.ToArray());
    }
}
