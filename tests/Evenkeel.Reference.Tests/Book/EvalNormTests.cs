using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

/// <summary>The moments of EvalNorm's evaluation.</summary>
public sealed class EvalNormTests
{
    private const int Rows = 4;
    private const int Channels = 3;

    [Fact]
    public void A_weight_of_one_over_the_batch_gives_the_expected_moments_of_the_batches_that_hold_the_sample()
    {
        // Every batch of three that holds the first of four samples beside two of all four, drawn with replacement.
        const int samples = 4, batch = 3;
        double[][] population = [.. Enumerable.Range(0, samples).Select(i => new SeededRandom((ulong)i + 1).Normals(Rows * Channels, i, 1 + i))];
        Moments whole = BatchNorm.Moments([.. population.SelectMany(sample => sample)], Channels);
        double[] mean = new double[Channels], square = new double[Channels];
        for (int second = 0; second < samples; second++)
            for (int third = 0; third < samples; third++)
            {
                Moments moments = BatchNorm.Moments([.. population[0], .. population[second], .. population[third]], Channels);
                for (int c = 0; c < Channels; c++)
                {
                    mean[c] += moments.Mean[c] / (samples * samples);
                    square[c] += (moments.Variance[c] + moments.Mean[c] * moments.Mean[c]) / (samples * samples);
                }
            }

        Moments mixture = EvalNorm.Mixture(population[0], Channels, whole.Mean, whole.Variance, 1.0 / batch);
        Expect.Close(mean, mixture.Mean, Tolerances.DoubleFormula);
        Expect.Close([.. square.Select((q, c) => q - mean[c] * mean[c])], mixture.Variance, Tolerances.DoubleFormula);
    }

    [Fact]
    public void The_variance_counts_how_far_the_sample_is_from_the_population()
    {
        double[] x = new SeededRandom(7).Normals(Rows * Channels, 1, 2), mean = [0.5, -1, 3], variance = [2, 0.3, 5];
        Moments own = BatchNorm.Moments(x, Channels);
        foreach (double a in new[] { 0, 0.25, 0.5, 1 })
        {
            Moments mixture = EvalNorm.Mixture(x, Channels, mean, variance, a);
            for (int c = 0; c < Channels; c++)
            {
                Assert.Equal((1 - a) * mean[c] + a * own.Mean[c], mixture.Mean[c], 1e-12);
                Assert.Equal((1 - a) * variance[c] + a * own.Variance[c] + a * (1 - a) * Math.Pow(own.Mean[c] - mean[c], 2), mixture.Variance[c], 1e-12);
            }
        }
    }

    [Fact]
    public void Without_weight_it_is_evaluation_and_with_all_of_it_each_sample_stands_alone()
    {
        double[] x = new SeededRandom(8).Normals(2 * Rows * Channels, 1, 2), mean = [0.5, -1, 3], variance = [2, 0.3, 5], gamma = [0.7, 1.3, -1], beta = [0.1, -0.2, 0.3];
        Expect.Close(BatchNorm.ForwardWith(mean, variance, x, Channels, gamma, beta, 1e-3).Y, EvalNorm.Forward(x, Rows, Channels, mean, variance, 0, gamma, beta, 1e-3), Tolerances.DoubleFormula);
        double[] alone = [.. x.Chunk(Rows * Channels).SelectMany(sample => BatchNorm.Forward(sample, Channels, gamma, beta, 1e-3).Y)];
        Expect.Close(alone, EvalNorm.Forward(x, Rows, Channels, mean, variance, 1, gamma, beta, 1e-3), Tolerances.DoubleFormula);
    }
}
