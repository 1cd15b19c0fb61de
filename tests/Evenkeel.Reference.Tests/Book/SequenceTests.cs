using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class SequenceTests
{
    private const int Steps = 4, Channels = 3;
    private const double Epsilon = 1e-3;
    private static readonly double[] X = new SeededRandom(31).Normals(5 * Steps * Channels, 1, 2), Gamma = new SeededRandom(32).Normals(Channels), Beta = new SeededRandom(33).Normals(Channels);

    // Sequences of 4, 1, 3, 0 and 2 steps.
    private static readonly double[] Mask = [1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0];

    [Fact]
    public void Tables_have_their_gradient_and_padding_has_none()
    {
        double[] ids = [1, 2, 2, 0, 4, 1], table = new SeededRandom(1).Normals(5 * 3);
        GradientCheck.Check(w => Embedding.Forward(ids, w, 3, 0), dy => Embedding.Backward(dy, ids, 5, 3, 0), table);
        Assert.Equal([0, 0, 0], Embedding.Forward(ids, table, 3, 0)[9..12]);
        Assert.Equal(table[12..15], Embedding.Forward(ids, table, 3, 0)[12..15]);
        Assert.NotEqual([0, 0, 0], Embedding.Forward(ids, table, 3, -1)[9..12]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pooled_sequences_have_their_gradients(bool mean)
    {
        GradientCheck.Check(x => SequencePooling.Forward(x, Mask, Steps, Channels, mean), dy => SequencePooling.Backward(dy, Mask, Steps, Channels, mean), X);
        GradientCheck.Check(x => SequencePooling.Forward(x, null, Steps, Channels, mean), dy => SequencePooling.Backward(dy, null, Steps, Channels, mean), X);
    }

    [Fact]
    public void Pooling_takes_the_last_valid_step_or_the_mean_of_the_valid_ones()
    {
        double[] last = SequencePooling.Forward(X, Mask, Steps, Channels, false), mean = SequencePooling.Forward(X, Mask, Steps, Channels, true);
        Assert.Equal(X[(3 * Channels)..(4 * Channels)], last[..Channels]);
        Assert.Equal(X[(4 * Channels)..(5 * Channels)], last[Channels..(2 * Channels)]);
        Assert.Equal(X[(4 * Channels)..(5 * Channels)], mean[Channels..(2 * Channels)]);
        Assert.Equal((X[24] + X[27] + X[30]) / 3, mean[6], 1e-14);
        Assert.Equal([0, 0, 0], last[9..12]);
        Assert.Equal([1, 0, 1], SequencePooling.Mask([0, 5, 0, 0, 2, 2], 2, 0));
    }

    [Fact]
    public void Normalisation_of_the_valid_steps_has_its_gradients()
    {
        GradientCheck.Check(x => MaskedBatchNorm.Forward(x, Mask, Channels, Gamma, Beta, Epsilon), dy => MaskedBatchNorm.Backward(dy, X, Mask, Channels, Gamma, Epsilon).X, X);
        GradientCheck.Check(g => MaskedBatchNorm.Forward(X, Mask, Channels, g, Beta, Epsilon), dy => MaskedBatchNorm.Backward(dy, X, Mask, Channels, Gamma, Epsilon).Gamma, Gamma);
        GradientCheck.Check(b => MaskedBatchNorm.Forward(X, Mask, Channels, Gamma, b, Epsilon), dy => MaskedBatchNorm.Backward(dy, X, Mask, Channels, Gamma, Epsilon).Beta, Beta);
    }

    [Fact]
    public void Normalisation_of_the_valid_steps_by_given_statistics_has_its_gradients()
    {
        double[] mean = new SeededRandom(31).Normals(Channels), variance = new SeededRandom(32).Uniforms(Channels, 0.5, 2);
        BatchNormGradients Backward(double[] dy) => MaskedBatchNorm.Frozen(dy, X, Mask, Channels, mean, variance, Gamma, Epsilon);
        GradientCheck.Check(x => MaskedBatchNorm.ForwardWith(mean, variance, x, Mask, Channels, Gamma, Beta, Epsilon), dy => Backward(dy).X, X);
        GradientCheck.Check(g => MaskedBatchNorm.ForwardWith(mean, variance, X, Mask, Channels, g, Beta, Epsilon), dy => Backward(dy).Gamma, Gamma);
        GradientCheck.Check(b => MaskedBatchNorm.ForwardWith(mean, variance, X, Mask, Channels, Gamma, b, Epsilon), dy => Backward(dy).Beta, Beta);
    }

    [Fact]
    public void What_stands_in_the_padding_moves_no_valid_step()
    {
        double[] other = [.. X.Select((value, i) => Mask[i / Channels] == 0 ? 1000 * value : value)];
        Assert.Equal(MaskedBatchNorm.Forward(X, Mask, Channels, Gamma, Beta, Epsilon), MaskedBatchNorm.Forward(other, Mask, Channels, Gamma, Beta, Epsilon));
        Assert.Equal(SequencePooling.Forward(X, Mask, Steps, Channels, true), SequencePooling.Forward(other, Mask, Steps, Channels, true));
    }

    [Fact]
    public void Padded_sequences_are_normalised_as_PyTorch_normalises_their_valid_steps()
    {
        Golden golden = Golden.Load("sequences");
        Expect.Close(golden["norm.y"], MaskedBatchNorm.Forward(golden["norm.x"], golden["norm.mask"], 3, golden["norm.weight"], golden["norm.bias"], 1e-5), Tolerances.Golden);
        BatchNormGradients gradients = MaskedBatchNorm.Backward(golden["norm.dy"], golden["norm.x"], golden["norm.mask"], 3, golden["norm.weight"], 1e-5);
        Expect.Close(golden["norm.dx"], gradients.X, Tolerances.Golden);
        Expect.Close(golden["norm.dweight"], gradients.Gamma, Tolerances.Golden);
        Expect.Close(golden["norm.dbias"], gradients.Beta, Tolerances.Golden);
    }
}
