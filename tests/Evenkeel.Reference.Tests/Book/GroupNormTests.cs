using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class GroupNormTests
{
    private const double Epsilon = 1e-5;
    private static readonly double[] X = new SeededRandom(71).Normals(3 * 4 * 6, 1, 2), Gamma = new SeededRandom(72).Normals(6), Beta = new SeededRandom(73).Normals(6);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Every_group_has_its_gradients(int groups)
    {
        GradientCheck.Check(x => GroupNorm.Forward(x, 4, 6, groups, Gamma, Beta, Epsilon), dy => GroupNorm.Backward(dy, X, 4, 6, groups, Gamma, Epsilon).X, X);
        GradientCheck.Check(g => GroupNorm.Forward(X, 4, 6, groups, g, Beta, Epsilon), dy => GroupNorm.Backward(dy, X, 4, 6, groups, Gamma, Epsilon).Gamma, Gamma);
        GradientCheck.Check(b => GroupNorm.Forward(X, 4, 6, groups, Gamma, b, Epsilon), dy => GroupNorm.Backward(dy, X, 4, 6, groups, Gamma, Epsilon).Beta, Beta);
    }

    [Fact]
    public void Root_mean_squares_have_their_gradients()
    {
        GradientCheck.Check(x => GroupNorm.RootMeanSquare(x, 6, Gamma, Beta, Epsilon), dy => GroupNorm.RootMeanSquareBackward(dy, X, 6, Gamma, Epsilon).X, X);
        GradientCheck.Check(g => GroupNorm.RootMeanSquare(X, 6, g, Beta, Epsilon), dy => GroupNorm.RootMeanSquareBackward(dy, X, 6, Gamma, Epsilon).Gamma, Gamma);
        GradientCheck.Check(b => GroupNorm.RootMeanSquare(X, 6, Gamma, b, Epsilon), dy => GroupNorm.RootMeanSquareBackward(dy, X, 6, Gamma, Epsilon).Beta, Beta);
    }

    [Fact]
    public void Groups_have_mean_zero_and_variance_one_and_do_not_see_other_samples()
    {
        double[] y = GroupNorm.Forward(X, 4, 6, 2, null, null, 0);
        for (int sample = 0; sample < 3; sample++)
            foreach (int first in new[] { 0, 3 })
            {
                double[] group = [.. Enumerable.Range(0, 12).Select(i => y[sample * 24 + i / 3 * 6 + first + i % 3])];
                Assert.Equal(0, group.Average(), 1e-14);
                Assert.Equal(1, group.Average(v => v * v), 1e-13);
            }
        Assert.Equal(y[..24], GroupNorm.Forward(X[..24], 4, 6, 2, null, null, 0));
    }

    [Fact]
    public void A_scaled_and_shifted_sample_gives_the_same_result_and_a_scaled_one_the_same_root_mean_square()
    {
        Expect.Close(GroupNorm.Forward(X, 4, 6, 1, Gamma, Beta, 0), GroupNorm.Forward([.. X.Select(v => 7 * v - 3)], 4, 6, 1, Gamma, Beta, 0), Tolerances.DoubleFormula);
        Expect.Close(GroupNorm.RootMeanSquare(X, 6, Gamma, Beta, 0), GroupNorm.RootMeanSquare([.. X.Select(v => 7 * v)], 6, Gamma, Beta, 0), Tolerances.DoubleFormula);
    }

    [Theory]
    [InlineData("layer-norm", 1, 6, 1)]
    [InlineData("group-norm", 6, 6, 3)]
    [InlineData("instance-norm", 6, 6, 6)]
    public void Normalisations_of_samples_train_as_PyTorch(string file, int rows, int channels, int groups)
    {
        Golden golden = Golden.Load(file);
        Expect.Close(golden["y"], GroupNorm.Forward(golden["x"], rows, channels, groups, golden["weight"], golden["bias"], Epsilon), Tolerances.Golden);
        BatchNormGradients gradients = GroupNorm.Backward(golden["dy"], golden["x"], rows, channels, groups, golden["weight"], Epsilon);
        Expect.Close(golden["dx"], gradients.X, Tolerances.Golden);
        Expect.Close(golden["dweight"], gradients.Gamma, Tolerances.Golden);
        Expect.Close(golden["dbias"], gradients.Beta, Tolerances.Golden);
    }
}
