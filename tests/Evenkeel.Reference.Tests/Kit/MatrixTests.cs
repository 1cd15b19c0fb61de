using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Kit;

public class MatrixTests
{
    [Fact]
    public void Scalar_is_always_among_the_widths_and_the_widest_comes_first()
    {
        Assert.Equal(32, WidthMatrix.Supported[^1]);
        Assert.Equal(WidthMatrix.Supported.OrderDescending(), WidthMatrix.Supported);
        Assert.Equal(WidthMatrix.Supported.Length, new WidthMatrix().Count<object[]>());
        Assert.Equal(WidthMatrix.Supported.Length * ThreadMatrix.Counts.Length, new WidthThreadMatrix().Count<object[]>());
    }

    [Fact]
    public void The_awkward_sizes_hold_nothing_one_primes_and_both_sides_of_every_edge()
    {
        int[] sizes = AwkwardSizes.Values;
        Assert.All((int[])[4, 8, 16, 32, 48, 64, 128, 256], edge => Assert.All((int[])[edge - 1, edge, edge + 1], size => Assert.Contains(size, sizes)));
        Assert.All((int[])[0, 1, 2, 13, 23, 97, 251], size => Assert.Contains(size, sizes));
        Assert.Equal(257, AwkwardSizes.EveryLengthTo256().Count<object[]>());
        Assert.Contains(AwkwardSizes.Products, p => p.M == 0);
        Assert.Contains(AwkwardSizes.Products, p => p.N == 0);
        Assert.Contains(AwkwardSizes.Products, p => p.K == 0);
    }

    [Fact]
    public void A_golden_that_is_missing_says_what_there_is()
    {
        Assert.Contains("goldens/network.json", Assert.Throws<FileNotFoundException>(() => Golden.Load("nothing")).Message);
        Assert.Contains("running_mean", Assert.Throws<KeyNotFoundException>(() => Golden.Load("batch-norm-1d")["nothing"]).Message);
    }
}
