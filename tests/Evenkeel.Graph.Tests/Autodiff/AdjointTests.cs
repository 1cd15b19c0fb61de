using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.TestKit;
using static Evenkeel.Graph.Tests.Autodiff.AdjointCheck;

namespace Evenkeel.Graph.Tests.Autodiff;

/// <summary>The adjoint rules build the right nodes: graphs are run in double by the book and held against central differences.</summary>
public sealed class AdjointTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Matrix_products_of_fixed_sizes_have_their_gradients(bool transposeLeft, bool transposeRight)
    {
        var left = Input("a", transposeLeft ? Shape.Of(3, 4) : Shape.Of(4, 3));
        var right = Input("b", transposeRight ? Shape.Of(2, 3) : Shape.Of(3, 2));
        Check(new MatrixProductNode("product", left, right, transposeLeft, transposeRight).Output, left, right);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Matrix_products_over_samples_have_their_gradients(bool transposeRight)
    {
        var left = Input("a", Shape.Batch(3));
        var right = Input("b", transposeRight ? Shape.Of(2, 3) : Shape.Of(3, 2));
        Check(new MatrixProductNode("product", left, right, false, transposeRight).Output, left, right);
    }

    [Fact]
    public void A_weight_gradient_has_a_gradient_itself()
    {
        var (left, right) = (Input("x", Shape.Batch(3)), Input("dy", Shape.Batch(2)));
        Check(new MatrixProductNode("d_weight", left, right, transposeLeft: true).Output, left, right);
    }

    [Fact]
    public void Biases_sums_gates_and_views_have_their_gradients()
    {
        var (x, y, bias) = (Input("x", Shape.Batch(2, 3)), Input("y", Shape.Batch(6)), Input("b", Shape.Of(6)));
        var flat = new ReshapeNode("flat", x, Shape.Batch(6)).Output;
        var sum = new AddNode("sum", new BiasAddNode("bias", flat, bias).Output, y).Output;
        Check(new MultiplyNode("gate", sum, flat).Output, x, y, bias);
    }

    [Theory]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    [InlineData("relu")]
    public void Activations_have_their_gradients(string activation)
    {
        var x = Input("x", Shape.Batch(6));
        Check(new ActivationNode("g", x, activation).Output, x);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Normalisations_of_samples_have_their_gradients_with_and_without_gamma_and_beta(bool hasGamma, bool hasBeta)
    {
        var (x, gamma, beta) = (Input("x", Shape.Batch(2, 3, 4)), Input("gamma", Shape.Of(4)), Input("beta", Shape.Of(4)));
        Value[] inputs = [x, .. hasGamma ? [gamma] : Array.Empty<Value>(), .. hasBeta ? [beta] : Array.Empty<Value>()];
        foreach (var subtractsMean in new[] { true, false }) Check(new LayerNormNode("ln", x, hasGamma ? gamma : null, hasBeta ? beta : null, 1e-5f, subtractsMean).Output, inputs);
        foreach (var groups in new[] { 1, 2, 4 }) Check(new GroupNormNode("gn", x, hasGamma ? gamma : null, hasBeta ? beta : null, groups, 1e-5f).Output, inputs);
    }

    [Theory]
    [InlineData(WeightReparametrization.Standardized, false)]
    [InlineData(WeightReparametrization.Standardized, true)]
    [InlineData(WeightReparametrization.Normalized, false)]
    [InlineData(WeightReparametrization.Normalized, true)]
    public void Standardised_and_normalised_weights_have_their_gradients(WeightReparametrization kind, bool hasGain)
    {
        var (x, weight, gain) = (Input("x", Shape.Batch(4)), Input("w", Shape.Of(4, 3)), Input("g", Shape.Of(3)));
        var used = new WeightNormNode("used", weight, hasGain ? gain : null, kind).Output;
        Check(new MatrixProductNode("product", x, used).Output, [x, weight, .. hasGain ? [gain] : Array.Empty<Value>()]);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Decorrelated_channels_have_their_gradients(int group, bool hasGamma)
    {
        var (x, gamma) = (Input("x", Shape.Batch(3)), Input("gamma", Shape.Of(3)));
        var entries = WhiteningNode.EntriesOf(3, group);
        var (running, weight) = (Input("running", Shape.Of(entries)), Input("weight", Shape.Of(2)));
        var moments = new MatrixProductNode("moments", x, x, transposeLeft: true).Output;
        var matrix = new WhiteningNode("whitening", moments, hasGamma ? gamma : null, running, weight, x.Shape, new WhiteningOptions { GroupSize = group, Iterations = 4, Epsilon = 1e-2f }).Output;
        var y = new MatrixProductNode("y", x, matrix).Output;
        var targets = Input("targets", y.Shape);
        var known = new Dictionary<Value, double[]> { [running] = new double[entries], [weight] = new double[2], [targets] = new SeededRandom(3).Normals(15) };
        CheckLoss(new MeanSquaredErrorNode("loss", y, targets).Loss, known, [x, .. hasGamma ? [gamma] : Array.Empty<Value>()]);
    }

    [Fact]
    public void Weights_by_their_singular_value_have_their_gradient_where_the_vectors_stay()
    {
        var (x, weight, v, u) = (Input("x", Shape.Batch(4)), Input("w", Shape.Of(4, 3)), Input("v", Shape.Of(4)), Input("u", Shape.Of(3)));
        var product = new MatrixProductNode("product", x, new SpectralNormNode("used", weight, v, u, iterates: false).Output);
        var targets = Input("targets", product.Output.Shape);
        var known = new Dictionary<Value, double[]> { [v] = [0.5, -0.5, 0.1, 0.7], [u] = [0.6, 0, -0.8], [targets] = new SeededRandom(3).Normals(15) };
        CheckLoss(new MeanSquaredErrorNode("loss", product.Output, targets).Loss, known, x, weight);
    }

    [Theory]
    [InlineData(1, 0.5f)]
    [InlineData(3, 0.75f)]
    [InlineData(5, 2f)]
    public void Local_response_normalisation_has_its_gradient(int size, float beta)
    {
        var x = Input("x", Shape.Batch(2, 1, 4));
        Check(new LocalResponseNormNode("lrn", x, size, 1.5f, beta, 0.5f).Output, x);
    }

    [Fact]
    public void Learned_slopes_and_maxout_have_their_gradients()
    {
        var (x, slopes) = (Input("x", Shape.Batch(2, 3)), Input("a", Shape.Of(3)));
        Check(new PreluNode("prelu", x, slopes).Output, x, slopes);
        var wide = Input("x", Shape.Batch(2, 6));
        Check(new MaxoutNode("maxout", wide, 3).Output, wide);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Batch_normalisation_has_its_gradients_with_and_without_gamma_and_beta(bool hasGamma, bool hasBeta)
    {
        var (x, gamma, beta) = (Input("x", Shape.Batch(3)), Input("gamma", Shape.Of(3)), Input("beta", Shape.Of(3)));
        var norm = Norm(x, hasGamma ? gamma : null, hasBeta ? beta : null);
        Check(norm.Output, [x, .. hasGamma ? [gamma] : Array.Empty<Value>(), .. hasBeta ? [beta] : Array.Empty<Value>()]);
    }

    [Theory]
    [InlineData(BatchNormDivisor.MeanAbsolute)]
    [InlineData(BatchNormDivisor.RootMeanSquare)]
    [InlineData(BatchNormDivisor.LargestAbsolute)]
    public void Batch_normalisation_by_another_norm_has_its_gradients(BatchNormDivisor divisor)
    {
        var (x, gamma, beta) = (Input("x", Shape.Batch(3)), Input("gamma", Shape.Of(3)), Input("beta", Shape.Of(3)));
        Check(Norm(x, gamma, beta, BatchNormOptions.Default with { Divisor = divisor }).Output, x, gamma, beta);
    }

    [Fact]
    public void Ghost_batches_have_their_gradients()
    {
        var (x, gamma, beta) = (Input("x", Shape.Batch(2, 1, 3)), Input("gamma", Shape.Of(3)), Input("beta", Shape.Of(3)));
        Check(Norm(x, gamma, beta, BatchNormOptions.Default with { GhostSize = 2 }).Output, x, gamma, beta);
    }

    [Fact]
    public void A_value_used_twice_gets_the_sum_of_both_gradients()
    {
        var x = Input("x", Shape.Batch(3));
        Check(new MultiplyNode("square", x, x).Output, x);
        Check(new AddNode("twice", x, x).Output, x);
    }

    [Fact]
    public void A_whole_network_has_its_gradients()
    {
        var (x, labels) = (Input("x", Shape.Batch(4)), new InputNode("labels", Shape.Batch(), ElementKind.Integer).Output);
        var (w1, w2, b2, gamma, beta) = (Input("w1", Shape.Of(4, 6)), Input("w2", Shape.Of(6, 3)), Input("b2", Shape.Of(3)), Input("gamma", Shape.Of(6)), Input("beta", Shape.Of(6)));
        var hidden = new ActivationNode("act", Norm(new MatrixProductNode("fc1", x, w1).Output, gamma, beta).Output, "sigmoid").Output;
        var logits = new BiasAddNode("b2", new MatrixProductNode("fc2", hidden, w2).Output, b2).Output;
        var loss = new SoftmaxCrossEntropyNode("loss", logits, labels).Loss;
        CheckLoss(loss, new() { [labels] = [0, 2, 1, 1, 0] }, x, w1, w2, b2, gamma, beta);
    }

    [Fact]
    public void A_scaled_loss_scales_its_gradients()
    {
        var (x, targets) = (Input("x", Shape.Batch(4)), Input("t", Shape.Batch(4)));
        var first = new MeanSquaredErrorNode("first", x, targets).Loss;
        var loss = new AddNode("total", first, new MultiplyNode("square", first, first).Output).Output;
        CheckLoss(loss, new() { [targets] = new SeededRandom(3).Normals(20) }, x);
    }

    private static BatchNormNode Norm(Value x, Value? gamma, Value? beta, BatchNormOptions? options = null) => new(
        "bn", x, gamma, beta,
        Input("mean", Shape.Of(x.Shape.Channels)), Input("variance", Shape.Of(x.Shape.Channels)), Input("weight", Shape.Of(2)),
        options ?? BatchNormOptions.Default);
}
