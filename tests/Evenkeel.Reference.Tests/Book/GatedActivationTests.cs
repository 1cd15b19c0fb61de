using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

/// <summary>Nonlinearities with parameters or several inputs: PReLU and maxout.</summary>
public class GatedActivationTests
{
    // Away from the kink at 0 by more than two steps of the differences.
    private static readonly double[] X = Array.ConvertAll(new SeededRandom(21).Normals(5 * 6), v => v + Math.CopySign(0.01, v));

    [Fact]
    public void Prelu_has_the_gradients_that_differences_give()
    {
        double[] slopes = new SeededRandom(22).Normals(3);
        GradientCheck.Check(x => Prelu.Forward(x, slopes), dy => Prelu.Backward(dy, X, slopes).X, X);
        GradientCheck.Check(a => Prelu.Forward(X, a), dy => Prelu.Backward(dy, X, slopes).Slopes, slopes);
    }

    [Fact]
    public void Prelu_is_leaky_ReLU_where_all_slopes_are_its_own()
    {
        Assert.Equal(Activation.LeakyRelu.Apply(X), Prelu.Forward(X, [0.01, 0.01]));
        Assert.Equal(Activation.Relu.Apply(X), Prelu.Forward(X, [0.0]));
    }

    [Fact]
    public void Prelu_trains_as_PyTorch()
    {
        Golden golden = Golden.Load("prelu");
        Expect.Close(golden["y"], Prelu.Forward(golden["x"], golden["weight"]), Tolerances.Golden);
        (double[] dx, double[] slopes) = Prelu.Backward(golden["dy"], golden["x"], golden["weight"]);
        Expect.Close(golden["dx"], dx, Tolerances.Golden);
        Expect.Close(golden["dweight"], slopes, Tolerances.Golden);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Maxout_has_the_gradient_that_differences_give(int pieces) =>
        GradientCheck.Check(x => Maxout.Forward(x, pieces, 6 / pieces), dy => Maxout.Backward(dy, X, pieces, 6 / pieces), X);

    [Fact]
    public void Maxout_gives_the_whole_cotangent_to_the_first_of_equal_pieces() =>
        Assert.Equal([0, 5, 3, 0, 0, 0], Maxout.Backward([3, 5], [1, 4, 2, 4, 2, 4], 3, 2));

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.125)]
    [InlineData(3, 1.0 / 18)]
    [InlineData(4, 0.03125)]
    public void Maxout_of_k_tangents_approximates_the_square_to_half_of_one_over_k_squared(int pieces, double error)
    {
        // Tangents at the centres of k equal parts of [-1, 1], lifted by half of the largest gap below them.
        double largest = 0;
        for (double x = -1; x <= 1; x += 1.0 / 512)
        {
            double[] lines = [.. Enumerable.Range(0, pieces).Select(i => -1 + (2 * i + 1.0) / pieces).Select(c => 2 * c * x - c * c + 0.5 / (pieces * pieces))];
            largest = Math.Max(largest, Math.Abs(Maxout.Forward(lines, pieces, 1)[0] - x * x));
        }
        Assert.Equal(error, largest, 1e-12);
    }
}
