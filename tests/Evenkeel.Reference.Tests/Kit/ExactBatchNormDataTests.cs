using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Kit;

public class ExactBatchNormDataTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 3 }, { 2, 1 }, { 3, 2 }, { 16, 5 }, { 60, 7 }, { 61, 7 }, { 1000, 2 }, { ExactBatchNormData.ExactCount, 2 } };

    [Theory, MemberData(nameof(Shapes))]
    public void The_book_finds_exactly_the_promised_statistics(int rows, int channels)
    {
        foreach (ExactBatchNormData data in (ExactBatchNormData[])[ExactBatchNormData.Gentle(rows, channels), ExactBatchNormData.FarFromZero(rows, channels)])
        {
            double[] x = Expect.Widen(data.X);
            Moments moments = BatchNorm.Moments(x, channels);
            Expect.Close(data.Mean, moments.Mean, Tolerances.Exact, "mean");
            Expect.Close(data.Variance, moments.Variance, Tolerances.Exact, "variance");
            if (rows % 2 == 0) Expect.Close(data.XHat, BatchNorm.Forward(x, channels, null, null, 0).XHat, Tolerances.Exact, "xhat");
            Assert.All(data.Mean, m => Assert.Equal(m, (float)m));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(1024)]
    public void For_an_even_count_normalised_values_are_whole_sixteenths(int rows)
    {
        // Every one of the eight sets of deviations is drawn: 64 sets at the last size, 16 channels.
        foreach (double xhat in ExactBatchNormData.Gentle(rows, 16).XHat) Assert.Equal(Math.Round(16 * xhat), 16 * xhat);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Single_precision_sums_from_any_pivot_are_exact_in_any_order(int rows, int channels)
    {
        foreach (ExactBatchNormData data in (ExactBatchNormData[])[ExactBatchNormData.Gentle(rows, channels), ExactBatchNormData.FarFromZero(rows, channels)])
            for (ulong seed = 0; seed < 5; seed++)
                for (int c = 0; c < channels; c++)
                {
                    float[] column = [.. Enumerable.Range(0, rows).Select(r => data.X[r * channels + c])];
                    new SeededRandom(seed).Shuffle<float>(column);
                    float pivot = column[0], sum = 0, squares = 0;
                    foreach (float v in column)
                    {
                        sum += v - pivot;
                        squares += (v - pivot) * (v - pivot);
                    }
                    Assert.Equal(data.Mean[c], pivot + (double)sum / rows);
                    Assert.Equal((float)data.Variance[c], (float)((squares - (double)sum * sum / rows) / rows));
                }
    }

    [Fact]
    public void The_data_far_from_zero_exposes_bare_sums_of_squares()
    {
        ExactBatchNormData data = ExactBatchNormData.FarFromZero(256, 1);
        float sum = 0, squares = 0;
        foreach (float v in data.X) (sum, squares) = (sum + v, squares + v * v);
        float naive = squares / 256 - sum / 256 * (sum / 256);
        Assert.True(Math.Abs(naive - data.Variance[0]) > data.Variance[0], $"bare sums gave {naive}, exact is {data.Variance[0]}");
    }

    [Fact]
    public void The_data_varies()
    {
        ExactBatchNormData data = ExactBatchNormData.Gentle(256, 8);
        Assert.True(data.X.Distinct().Count() > 100);
        Assert.True(data.Mean.Distinct().Count() > 5);
        Assert.NotEqual(data.X, ExactBatchNormData.Gentle(256, 8, seed: 2).X);
    }
}
