using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class AttentionTests
{
    private const int Steps = 4, Units = 6;
    private static readonly double[] X = new SeededRandom(41).Normals(3 * Steps * 3 * Units, 0.2, 1.2);

    // Sequences of 4, 1 and 3 steps.
    private static readonly double[] Mask = [1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0];

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    [InlineData(2, true, true)]
    public void Queries_keys_and_values_have_their_gradients(int heads, bool isCausal, bool isMasked)
    {
        AttentionSettings settings = new(Steps, Units, heads) { IsCausal = isCausal, Mask = isMasked ? Mask : null };
        GradientCheck.Check(x => Attention.Forward(x, settings), dy => Attention.Backward(dy, X, settings), X);
    }

    [Fact]
    public void Weights_of_a_query_sum_to_one_over_the_keys_that_it_sees()
    {
        double[] weights = Attention.Weights(X, new(Steps, Units, 2) { IsCausal = true, Mask = Mask });
        for (int row = 0; row < weights.Length / Steps; row++)
        {
            double[] p = weights[(row * Steps)..((row + 1) * Steps)];
            int sample = row / (2 * Steps), query = row % Steps;
            Assert.Equal(1, p.Sum(), 1e-14);
            for (int key = 0; key < Steps; key++) Assert.Equal(key <= query && Mask[sample * Steps + key] != 0, p[key] > 0);
        }
    }

    [Fact]
    public void A_query_that_sees_no_key_gets_zeros()
    {
        AttentionSettings settings = new(Steps, Units, 2) { Mask = new double[3 * Steps] };
        Assert.All(Attention.Forward(X, settings), static value => Assert.Equal(0, value));
        Assert.All(Attention.Backward(X[..(X.Length / 3)], X, settings), static value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_causal_step_does_not_depend_on_later_ones()
    {
        AttentionSettings settings = new(Steps, Units, 3) { IsCausal = true };
        double[] other = [.. X];
        for (int i = 2 * 3 * Units; i < Steps * 3 * Units; i++) other[i] = -other[i];
        Assert.Equal(Attention.Forward(X, settings)[..(2 * Units)], Attention.Forward(other, settings)[..(2 * Units)]);
        Assert.NotEqual(Attention.Forward(X, settings)[(2 * Units)..(3 * Units)], Attention.Forward(other, settings)[(2 * Units)..(3 * Units)]);
    }
}
