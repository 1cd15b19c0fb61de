using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Goldens;

/// <summary>The book against PyTorch: layers, activations and losses.</summary>
public class LayerGoldenTests
{
    [Theory]
    [InlineData("batch-norm-1d", 4)]
    [InlineData("batch-norm-2d", 3)]
    public void Batch_normalisation_trains_and_evaluates_as_PyTorch(string file, int steps)
    {
        Golden golden = Golden.Load(file);
        double[] gamma = golden["gamma"], beta = golden["beta"];
        int channels = gamma.Length;
        double epsilon = golden.Number("epsilon"), momentum = golden.Number("momentum");
        double[] runningMean = new double[channels], runningVariance = [.. Enumerable.Repeat(1.0, channels)];
        for (int step = 0; step < steps; step++)
        {
            double[] x = golden[$"step{step}.x"], dy = golden[$"step{step}.dy"];
            Assert.Equal(channels, golden.Array($"step{step}.x").Shape[^1]);
            Moments moments = BatchNorm.Moments(x, channels);
            Close($"step{step}.y", BatchNorm.Forward(x, channels, gamma, beta, epsilon).Y);
            Gradients($"step{step}", BatchNormBackward.SixFormulas(dy, x, channels, gamma, epsilon));
            Gradients($"step{step}", BatchNormBackward.Compact(dy, x, channels, gamma, epsilon));
            runningMean = RunningAverage.PyTorch(runningMean, moments.Mean, momentum);
            runningVariance = RunningAverage.PyTorch(runningVariance, moments.SampleVariance, momentum);
            Close($"step{step}.running_mean", runningMean);
            Close($"step{step}.running_var", runningVariance);
        }
        Close("eval.y", BatchNorm.ForwardWith(runningMean, runningVariance, golden["eval.x"], channels, gamma, beta, epsilon).Y);
        Gradients("eval", BatchNormBackward.Frozen(golden["eval.dy"], golden["eval.x"], channels, runningMean, runningVariance, gamma, epsilon));

        void Close(string name, double[] actual) => Expect.Close(golden[name], actual, Tolerances.Golden, $"{file} {name}");
        void Gradients(string prefix, BatchNormGradients gradients)
        {
            Close($"{prefix}.dx", gradients.X);
            Close($"{prefix}.dgamma", gradients.Gamma);
            Close($"{prefix}.dbeta", gradients.Beta);
        }
    }

    [Fact]
    public void A_linear_layer_is_a_product_with_transposed_weights()
    {
        Golden golden = Golden.Load("linear");
        double[] x = golden["x"], weight = golden["weight"];
        Expect.Close(golden["y"], MatrixProduct.Multiply(x, weight, 5, 4, 7, transposeB: true, bias: golden["bias"]), Tolerances.Golden, "y");
        Expect.Close(golden["y"], MatrixProduct.Multiply(x, golden.Transposed("weight"), 5, 4, 7, bias: golden["bias"]), Tolerances.Golden, "y");
        MatrixProductGradients gradients = MatrixProduct.Backward(golden["dy"], x, weight, 5, 4, 7, transposeB: true);
        Expect.Close(golden["dx"], gradients.A, Tolerances.Golden, "dx");
        Expect.Close(golden["dweight"], gradients.B, Tolerances.Golden, "dweight");
        Expect.Close(golden["dbias"], gradients.Bias, Tolerances.Golden, "dbias");
    }

    [Fact]
    public void Local_response_normalisation_and_its_gradient()
    {
        Golden golden = Golden.Load("local-response-norm");
        Expect.Close(golden["y"], LocalResponseNorm.Forward(golden["x"], 7, 5, 2, 0.75, 1.5), Tolerances.Golden, "y");
        Expect.Close(golden["dx"], LocalResponseNorm.Backward(golden["dy"], golden["x"], 7, 5, 2, 0.75, 1.5), Tolerances.Golden, "dx");
    }

    [Fact]
    public void A_linear_layer_with_normalised_weights()
    {
        Golden golden = Golden.Load("weight-norm");
        double[] v = golden.Transposed("weight_v"), gain = golden["weight_g"], weight = WeightNorm.Forward(v, 4, gain, standardised: false, 0);
        Expect.Close(golden["y"], MatrixProduct.Multiply(golden["x"], weight, 6, 4, 5, bias: golden["bias"]), Tolerances.Golden, "y");
        MatrixProductGradients gradients = MatrixProduct.Backward(golden["dy"], golden["x"], weight, 6, 4, 5);
        (double[] dv, double[] dg) = WeightNorm.Backward(gradients.B, v, 4, gain, standardised: false, 0);
        Expect.Close(golden["dx"], gradients.A, Tolerances.Golden, "dx");
        Expect.Close(golden.Transposed("dweight_v"), dv, Tolerances.Golden, "dv");
        Expect.Close(golden["dweight_g"], dg, Tolerances.Golden, "dg");
    }

    public static TheoryData<string> Activations => [.. Activation.All.Select(a => a.Name).Where(name => name != "identity")];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Activations_and_their_gradients(string name)
    {
        Golden golden = Golden.Load("activations");
        Activation activation = Activation.Named(name);
        Expect.CloseEach(golden[$"{name}.y"], activation.Apply(golden["x"]), Tolerances.Golden, "y");
        Expect.Close(golden[$"{name}.dx"], activation.Backward(golden["dy"], golden["x"]), Tolerances.Golden, "dx");
    }

    [Fact]
    public void Losses_and_their_gradients()
    {
        Golden golden = Golden.Load("losses");
        double[] logits = golden["cross_entropy.logits"];
        int[] labels = golden.Integers("cross_entropy.labels");
        Expect.Close(golden.Number("cross_entropy.loss"), SoftmaxCrossEntropy.Loss(logits, labels, 5), Tolerances.Golden);
        Expect.Close(golden["cross_entropy.dlogits"], SoftmaxCrossEntropy.Gradient(logits, labels, 5), Tolerances.Golden);
        double[] y = golden["mean_squared_error.y"], targets = golden["mean_squared_error.targets"];
        Expect.Close(golden.Number("mean_squared_error.loss"), MeanSquaredError.Loss(y, targets), Tolerances.Golden);
        Expect.Close(golden["mean_squared_error.dy"], MeanSquaredError.Gradient(y, targets), Tolerances.Golden);
    }

    [Theory]
    [InlineData("mean_absolute_error")]
    [InlineData("huber")]
    [InlineData("binary_cross_entropy")]
    [InlineData("hinge")]
    public void Losses_of_elements_and_their_gradients(string name) => CheckElementLoss(name, ElementLoss.Named(name));

    [Fact]
    public void Hubers_loss_with_a_delta_of_three() => CheckElementLoss("huber_3", ElementLoss.Huber(3));

    [Fact]
    public void Losses_with_distributions_as_targets()
    {
        Golden golden = Golden.Load("more-losses");
        Expect.Close(golden.Number("soft_cross_entropy.loss"), SoftCrossEntropy.Loss(golden["soft_cross_entropy.x"], golden["soft_cross_entropy.targets"], 5), Tolerances.Golden);
        Expect.Close(golden["soft_cross_entropy.dx"], SoftCrossEntropy.Gradient(golden["soft_cross_entropy.x"], golden["soft_cross_entropy.targets"], 5), Tolerances.Golden);
        Expect.Close(golden.Number("kullback_leibler.loss"), SoftCrossEntropy.Divergence(golden["kullback_leibler.x"], golden["kullback_leibler.targets"], 5), Tolerances.Golden);
        Expect.Close(golden["kullback_leibler.dx"], SoftCrossEntropy.Gradient(golden["kullback_leibler.x"], golden["kullback_leibler.targets"], 5), Tolerances.Golden);
    }

    [Fact]
    public void Cross_entropy_with_smoothed_labels()
    {
        Golden golden = Golden.Load("more-losses");
        (double[] x, int[] labels) = (golden["label_smoothing.x"], golden.Integers("label_smoothing.targets"));
        Expect.Close(golden.Number("label_smoothing.loss"), SoftmaxCrossEntropy.SmoothedLoss(x, labels, 5, 0.15), Tolerances.Golden);
        Expect.Close(golden["label_smoothing.dx"], SoftmaxCrossEntropy.SmoothedGradient(x, labels, 5, 0.15), Tolerances.Golden);
    }

    private static void CheckElementLoss(string name, ElementLoss loss)
    {
        Golden golden = Golden.Load("more-losses");
        Expect.Close(golden.Number($"{name}.loss"), loss.Loss(golden[$"{name}.x"], golden[$"{name}.targets"]), Tolerances.Golden);
        Expect.Close(golden[$"{name}.dx"], loss.Gradient(golden[$"{name}.x"], golden[$"{name}.targets"]), Tolerances.Golden);
    }
}
