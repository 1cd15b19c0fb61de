using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.BatchNorm;

/// <summary>Coefficients from a mixture of a sample's statistics and the running ones.</summary>
public sealed unsafe class MixtureTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void A_sample_is_normalised_by_the_moments_of_the_mixture(int bits)
    {
        foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs.Where(static pair => pair.Rows is > 0 and < 300))
        {
            var random = new SeededRandom((ulong)((rows * 1000) + channels));
            var x = random.Floats(rows * channels, 1, 2);
            double[] mean = random.Normals(channels, 1, 1), variance = random.Uniforms(channels, 0.5, 4);
            float[] gamma = random.Floats(channels), beta = random.Floats(channels);
            foreach (var (share, weight) in new[] { (0.5, 1.0), (1.0 / 3, 0.25), (0.0, 1.0), (1.0, 1.0), (0.25, 0.0) })
            {
                double[] m = weight == 0 ? new double[channels] : mean, v = weight == 0 ? [.. Enumerable.Repeat(1.0, channels)] : variance;
                var expected = Book.EvalNorm.Forward(Expect.Widen(x), rows, channels, m, v, share, Expect.Widen(gamma), Expect.Widen(beta), 1e-3);
                Expect.Close(expected, Forward(bits, x, channels, mean, variance, share, weight, gamma, beta), Tolerances.FloatBatchNorm, $"[{rows}, {channels}], a {share}, weight {weight}");
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void What_is_not_a_number_stays_visible(int bits)
    {
        var y = Forward(bits, [1, float.NaN, 3, 4], 2, [0, 0], [1, 1], 0.5, 1, [1, 1], [0, 0]);
        Assert.True(float.IsFinite(y[0]) && float.IsFinite(y[2]));
        Assert.True(float.IsNaN(y[1]) && float.IsNaN(y[3]));
    }

    private static float[] Forward(int bits, float[] x, int channels, double[] mean, double[] variance, double share, double weight, float[] gamma, float[] beta)
    {
        var stored = weight;
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var output = new GuardedBuffer<float>(x.Length);
        using var slot = new GuardedBuffer<double>((int)MomentSlot.Doubles(channels));
        using var means = GuardedBuffer.EndingAtGuard<double>([.. mean.Select(value => value * weight)]);
        using var variances = GuardedBuffer.EndingAtGuard<double>([.. variance.Select(value => value * weight)]);
        using var scale = GuardedBuffer.EndingAtGuard(gamma);
        using var shift = GuardedBuffer.EndingAtGuard(beta);
        using var coefficients = new GuardedBuffer<float>(NormalizationCoefficients.Planes * channels);
        var window = new Window(0, x.Length / channels, 0, channels);
        var statistics = new BatchStatisticsArguments { Input = input.Pointer, InputStride = channels, Window = window, Channels = channels, Slot = slot.Pointer };
        Kernels.Run.Kernel<BatchStatistics, BatchStatisticsArguments>(bits, ref statistics);
        var finalize = new FinalizeMixtureArguments
        {
            Slot = slot.Pointer,
            Channels = channels,
            EndChannel = channels,
            Running = new RunningMoments(means.Pointer, variances.Pointer, &stored),
            SampleWeight = share,
            Gamma = scale.Pointer,
            Beta = shift.Pointer,
            Epsilon = 1e-3,
            Coefficients = NormalizationCoefficients.At(coefficients.Pointer, channels),
        };
        Kernels.Run.Kernel<FinalizeMixture, FinalizeMixtureArguments>(bits, ref finalize);
        var normalize = new NormalizeActivateArguments { Input = input.Pointer, InputStride = channels, Output = output.Pointer, OutputStride = channels, Window = window, Coefficients = finalize.Coefficients };
        Kernels.Run.Kernel<NormalizeActivate<Numerics.Activations.Identity>, NormalizeActivateArguments>(bits, ref normalize);
        return output.Span.ToArray();
    }
}
