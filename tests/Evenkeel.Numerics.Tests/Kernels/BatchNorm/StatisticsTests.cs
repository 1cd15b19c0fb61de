using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Packs;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.BatchNorm;

public sealed class StatisticsTests
{
    private const double Epsilon = 1e-5;

    private static readonly Tolerance Moments = new(0, 1e-6, "blocks of 128 float additions of deviations; the pivot may lie some deviations off");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Statistics_of_exact_data_are_exact(int bits)
    {
        foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs)
        {
            foreach (var data in new[] { ExactBatchNormData.Gentle(rows, channels), ExactBatchNormData.FarFromZero(rows, channels) })
            {
                foreach (var (rowPieces, columnPieces) in new[] { (1, 1), (1, 3) })
                {
                    using var run = new BatchNormRun(bits, data.X, channels, rowPieces, columnPieces).Statistics();
                    Expect.CloseEach(data.Mean, run.Mean, Tolerances.DoubleFormula, $"mean [{rows}, {channels}]");
                    Expect.CloseEach(data.Variance, [.. run.M2.Select(m2 => m2 / rows)], Tolerances.DoubleFormula, $"variance [{rows}, {channels}]");

                    // A division by a power of two is exact, so nothing at all may be lost.
                    if (int.IsPow2(rows) && rows % 2 == 0)
                    {
                        Expect.SameBits<double>(data.Mean, run.Mean);
                        Expect.SameBits<double>(data.Variance, [.. run.M2.Select(m2 => m2 / rows)]);
                    }
                }
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Pieces_merge_to_the_statistics_of_the_whole(int bits)
    {
        foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs)
        {
            foreach (var rowPieces in new[] { 2, 5, 64 })
            {
                var data = ExactBatchNormData.Gentle(rows, channels);
                using var run = new BatchNormRun(bits, data.X, channels, rowPieces, columnPieces: 2).Statistics();
                Expect.CloseScaled(data.Mean, run.Mean, Tolerances.DoubleFormula, [64], $"mean [{rows}, {channels}] in {rowPieces}");
                Expect.CloseEach(data.Variance, [.. run.M2.Select(m2 => m2 / rows)], Tolerances.DoubleFormula.Times(10), $"variance [{rows}, {channels}] in {rowPieces}");
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_mean_of_ten_thousand_deviations_of_a_hundredth_keeps_the_statistics_of_the_stored_floats(int bits)
    {
        const int Rows = 3000, Channels = 37;
        var x = new SeededRandom(5).Floats(Rows * Channels, mean: 1e4, deviation: 1e-2);
        var expected = Book.BatchNorm.Moments(Expect.Widen(x), Channels);
        foreach (var rowPieces in new[] { 1, 7 })
        {
            using var run = new BatchNormRun(bits, x, Channels, rowPieces).Statistics().Finalize(null, null, 0);
            Expect.CloseScaled(expected.Mean, run.Mean, new Tolerance(0, 1e-5, "a hundred-thousandth of a deviation"), [1e-2]);
            Expect.CloseEach(expected.Variance, run.CandidateVariance, Moments);

            var y = run.Forward<Evenkeel.Numerics.Activations.Identity>();
            var book = Book.BatchNorm.ForwardWith(expected.Mean, expected.Variance, Expect.Widen(x), Channels, null, null, 0);
            Expect.CloseScaled(book.Y, y, Tolerances.FloatBatchNorm, [4]);
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public unsafe void Coefficients_and_candidates_follow_the_formulas(int bits)
    {
        const int Rows = 50, Channels = 19;
        var random = new SeededRandom(6);
        var x = random.Floats(Rows * Channels, 3, 2);
        var (gamma, beta) = (random.Floats(Channels), random.Floats(Channels));
        var moments = Book.BatchNorm.Moments(Expect.Widen(x), Channels);
        foreach (var (g, b) in new[] { (gamma, beta), (null, beta), (gamma, null), (null, (float[]?)null) })
        {
            using var run = new BatchNormRun(bits, x, Channels).Statistics().Finalize(g, b, Epsilon, VarianceKind.Sample);
            var inverse = moments.Variance.Select(v => 1 / Math.Sqrt(v + Epsilon)).ToArray();
            var scale = inverse.Select((s, c) => (g?[c] ?? 1) * s).ToArray();
            Expect.CloseEach(moments.SampleVariance, run.CandidateVariance, Moments);
            Expect.CloseScaled(moments.Mean, run.CandidateMean, Moments, [3]);
            Expect.CloseEach(inverse, run.Plane(run.Coefficients.InverseDeviation), Moments);
            Expect.CloseEach(scale, run.Plane(run.Coefficients.Scale), Moments);

            var (center, remainder, shift) = (run.Plane(run.Coefficients.Center), run.Plane(run.Coefficients.Remainder), run.Plane(run.Coefficients.Shift));
            for (var c = 0; c < Channels; c++)
            {
                Assert.Equal((float)run.Mean[c], center[c]);
                Assert.Equal((float)(run.Mean[c] - center[c]), remainder[c]);
                Assert.Equal((b?[c] ?? 0) - (remainder[c] * scale[c]), shift[c], 1e-6);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_bad_value_shows_in_its_own_channel_and_no_other(int bits)
    {
        const int Rows = 300, Channels = 35;
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (var row in new[] { 0, 1, 150, Rows - 1 })
            {
                foreach (var channel in new[] { 0, 17, Channels - 1 })
                {
                    var x = new SeededRandom(7).Floats(Rows * Channels);
                    x[(row * Channels) + channel] = bad;
                    using var run = new BatchNormRun(bits, x, Channels, rowPieces: 3).Statistics().Finalize(null, null, Epsilon);
                    Assert.Equal(1, run.NonFiniteChannels);
                    for (var c = 0; c < Channels; c++) Assert.Equal(c != channel, double.IsFinite(run.Mean[c]) && double.IsFinite(run.M2[c]));
                }
            }
        }
    }

    [Fact]
    public void One_value_has_no_sample_variance()
    {
        using var run = new BatchNormRun(PackWidths.Widest, [1f, 2f], 2).Statistics().Finalize(null, null, Epsilon, VarianceKind.Sample);
        Assert.All(run.CandidateVariance, v => Assert.True(double.IsNaN(v)));
        Assert.Equal([1.0, 2.0], run.CandidateMean);
    }

    [Fact]
    public unsafe void Running_statistics_follow_the_bias_corrected_average()
    {
        const int Channels = 5;
        var random = new SeededRandom(8);
        double[] mean = new double[Channels], variance = new double[Channels], weight = [0];
        var (bookMean, bookVariance) = (Book.CorrectedAverage.Empty(Channels), Book.CorrectedAverage.Empty(Channels));
        for (var step = 0; step < 20; step++)
        {
            double[] batchMean = random.Normals(Channels), batchVariance = random.Uniforms(Channels, 0.5, 2);
            var rate = step < 10 ? RunningStatisticsUpdate.CumulativeRate(step) : 0.1;
            fixed (double* m = mean, v = variance, w = weight, bm = batchMean, bv = batchVariance)
            {
                var arguments = new RunningStatisticsUpdateArguments { RunningMean = m, RunningVariance = v, Weight = w, CandidateMean = bm, CandidateVariance = bv, Channels = Channels, Rate = rate };
                Run.Kernel<RunningStatisticsUpdate, RunningStatisticsUpdateArguments>(PackWidths.Widest, ref arguments);
            }

            (bookMean, bookVariance) = (bookMean.Update(batchMean, rate), bookVariance.Update(batchVariance, rate));
            Expect.Close(bookMean.Raw, mean, Tolerances.DoubleFormula);
            Expect.Close(bookVariance.Raw, variance, Tolerances.DoubleFormula);
            Expect.Close(bookMean.Weight, weight[0], Tolerances.DoubleFormula);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    [InlineData(1)]
    public unsafe void Coefficients_from_running_statistics_are_those_of_the_corrected_average(double weight)
    {
        double[] mean = [1e4, -2], variance = [0.3, 4];
        float[] gamma = [2, 3], beta = [0.5f, -1], block = new float[NormalizationCoefficients.Planes * 2];
        fixed (double* m = mean, v = variance)
        fixed (float* g = gamma, b = beta, p = block)
        {
            var arguments = new FinalizeRunningStatisticsArguments
            {
                Running = new RunningMoments(m, v, &weight),
                EndChannel = 2,
                Gamma = g,
                Beta = b,
                Epsilon = Epsilon,
                Coefficients = NormalizationCoefficients.At(p, 2),
            };
            Run.Kernel<FinalizeRunningStatistics, FinalizeRunningStatisticsArguments>(PackWidths.Widest, ref arguments);
            for (var c = 0; c < 2; c++)
            {
                var (mu, sigma2) = weight == 0 ? (0, 1) : (mean[c] / weight, variance[c] / weight);
                Assert.Equal(mu, (double)arguments.Coefficients.Center[c] + arguments.Coefficients.Remainder[c], 1e-9);
                Assert.Equal(gamma[c] / Math.Sqrt(sigma2 + Epsilon), arguments.Coefficients.Scale[c], 1e-5);
            }
        }
    }
}
