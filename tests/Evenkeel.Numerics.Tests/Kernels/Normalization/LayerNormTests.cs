using Evenkeel.Numerics.Kernels.Normalization;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Normalization;

public sealed unsafe class LayerNormTests
{
    private const float Epsilon = 1e-5f;

    /// <summary>Sums over a row in lanes, a root and a handful of roundings, relative to gamma and beta.</summary>
    private static readonly Tolerance Normalized = new(0, 64 * Tolerances.FloatUnit, "statistics of a row in float lanes, then three operations");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Rows_and_their_gradients_are_those_of_the_book(int bits)
    {
        foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs.Where(static pair => pair.Rows < 300 && pair.Channels > 1))
        {
            foreach (var (subtracts, affine) in new[] { (true, true), (true, false), (false, true) })
            {
                var random = new SeededRandom((ulong)((rows * 1000) + channels));
                float[] x = random.Floats(rows * channels, 3, 2), dy = random.Floats(rows * channels), gamma = random.Floats(channels), beta = random.Floats(channels);
                var (y, dx, dgamma, dbeta) = Run(bits, x, dy, affine ? gamma : null, affine ? beta : null, channels, subtracts);
                double[] wide = Expect.Widen(x), cotangent = Expect.Widen(dy);
                double[]? g = affine ? Expect.Widen(gamma) : null, b = affine ? Expect.Widen(beta) : null;
                var what = $"[{rows}, {channels}], {(subtracts ? "layer" : "rms")}, {affine}";
                Expect.CloseScaled(subtracts ? Book.GroupNorm.Forward(wide, 1, channels, 1, g, b, Epsilon) : Book.GroupNorm.RootMeanSquare(wide, channels, g, b, Epsilon), y, Normalized, [4], what);
                var gradients = subtracts ? Book.GroupNorm.Backward(cotangent, wide, 1, channels, 1, g, Epsilon) : Book.GroupNorm.RootMeanSquareBackward(cotangent, wide, channels, g, Epsilon);
                Expect.CloseScaled(gradients.X, dx, Normalized, [4 + (4 * Expect.LargestMagnitude(gradients.X))], what);
                Expect.CloseScaled(gradients.Gamma, dgamma, Tolerances.FloatSum(rows), [4.0 * rows], what);
                Expect.CloseScaled(gradients.Beta, dbeta, Tolerances.FloatSum(rows), [4.0 * rows], what);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_row_far_from_zero_keeps_its_digits(int bits)
    {
        // Mean 1e4, deviation 1e-2: the values lie a hundredth apart and are a thousandth coarse, but exactly known.
        var x = new SeededRandom(5).Floats(4 * 100, 1e4, 1e-2);
        var (y, _, _, _) = Run(bits, x, x, null, null, 100, true);
        Expect.CloseScaled(Book.GroupNorm.Forward(Expect.Widen(x), 1, 100, 1, null, null, Epsilon), y, new Tolerance(0, 1e-5, "a tenth of what x * scale + shift alone would lose"), [1]);
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_constant_row_becomes_beta_and_nan_stays_in_its_row(int bits)
    {
        float[] x = new float[3 * 20], beta = new SeededRandom(1).Floats(20);
        x.AsSpan().Fill(7.3f);
        x[25] = float.NaN;
        var (y, _, _, _) = Run(bits, x, new float[60], null, beta, 20, true);
        Assert.Equal(beta, y[..20]);
        Assert.All(y[20..40], static value => Assert.True(float.IsNaN(value)));
        Assert.Equal(beta, y[40..]);
    }

    private static (float[] Y, float[] Dx, double[] Gamma, double[] Beta) Run(int bits, float[] x, float[] dy, float[]? gamma, float[]? beta, int channels, bool subtractsMean)
    {
        var rows = x.Length / channels;
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var cotangent = GuardedBuffer.EndingAtGuard(dy);
        using var gammas = GuardedBuffer.EndingAtGuard(gamma ?? []);
        using var betas = GuardedBuffer.EndingAtGuard(beta ?? []);
        using var output = new GuardedBuffer<float>(x.Length);
        using var gradient = new GuardedBuffer<float>(x.Length);
        using var statistics = new GuardedBuffer<float>(rows * LayerNormForward.Statistics);
        using var sums = GuardedBuffer.EndingAtGuard(new double[2 * channels]);
        using var scratch = GuardedBuffer.EndingAtGuard(new float[2 * channels]);
        foreach (var (first, end) in new[] { (0, rows / 2), (rows / 2, rows) })
        {
            var forward = new LayerNormForwardArguments
            {
                Input = input.Pointer,
                Gamma = gamma is null ? null : gammas.Pointer,
                Beta = beta is null ? null : betas.Pointer,
                Output = output.Pointer,
                Statistics = statistics.Pointer,
                FirstRow = first,
                EndRow = end,
                Channels = channels,
                Epsilon = Epsilon,
                SubtractsMean = subtractsMean,
            };
            Kernels.Run.Kernel<LayerNormForward, LayerNormForwardArguments>(bits, ref forward);
            var backward = new LayerNormBackwardArguments
            {
                Input = input.Pointer,
                OutputGradient = cotangent.Pointer,
                Gamma = gamma is null ? null : gammas.Pointer,
                Statistics = statistics.Pointer,
                InputGradient = gradient.Pointer,
                Sums = sums.Pointer,
                Scratch = scratch.Pointer,
                FirstRow = first,
                EndRow = end,
                Channels = channels,
                SubtractsMean = subtractsMean,
            };
            Kernels.Run.Kernel<LayerNormBackward, LayerNormBackwardArguments>(bits, ref backward);
        }

        Assert.All(scratch.Span.ToArray(), static value => Assert.Equal(0, value));

        // In place, over dy; the sums of before are kept.
        double[] kept = sums.Span.ToArray();
        var inPlace = new LayerNormBackwardArguments
        {
            Input = input.Pointer,
            OutputGradient = cotangent.Pointer,
            Gamma = gamma is null ? null : gammas.Pointer,
            Statistics = statistics.Pointer,
            InputGradient = cotangent.Pointer,
            Sums = sums.Pointer,
            Scratch = scratch.Pointer,
            EndRow = rows,
            Channels = channels,
            SubtractsMean = subtractsMean,
        };
        Kernels.Run.Kernel<LayerNormBackward, LayerNormBackwardArguments>(bits, ref inPlace);
        Expect.SameBits<float>(gradient.Span, cotangent.Span, "in place");
        return (output.Span.ToArray(), gradient.Span.ToArray(), kept[..channels], kept[channels..]);
    }
}
