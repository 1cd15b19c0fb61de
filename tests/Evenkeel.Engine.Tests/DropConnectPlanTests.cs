using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Kernels.DropConnect;
using Evenkeel.Numerics.Randomness;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Engine.Tests;

public sealed unsafe class DropConnectPlanTests
{
    private const int Inputs = 9;
    private const int Units = 37;
    private const int Samples = 6;
    private const ulong Seed = 9;

    private static readonly Tolerance Plan = new(1e-6, 4e-5, "two layers in float, relative to the largest value");

    /// <summary>A product in front, dropped weights behind it, against the book with the masks of the stream.</summary>
    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.2f)]
    public void A_step_is_that_of_the_book_with_the_masks_of_the_stream(float rate)
    {
        var model = Build(new DropConnect(Units, rate, "tanh"));
        var (x, targets) = (new SeededRandom(1).Floats(Samples * Inputs), new SeededRandom(2).Floats(Samples * Units));
        var keep = new KeepBits(rate);
        foreach (var width in WidthMatrix.Supported)
        {
            byte[]? first = null;
            foreach (var threads in new[] { 1, 2 })
            {
                using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 8, Seed = Seed, Threads = threads, Width = width });
                plan.LearningRate = 0;
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    var mask = Mask(keep, (ulong)plan.Attempts);
                    double[] probe = Read(model, "probe.weight"), w = Read(model, "drop.weight"), b = Read(model, "drop.bias");
                    var inner = Book.MatrixProduct.Multiply(Expect.Widen(x), probe, Samples, Inputs, Inputs);
                    var y = Book.DropConnect.Forward(inner, w, mask, Inputs, Units, keep.Probability).Select((v, at) => Math.Tanh(v + b[at % Units])).ToArray();
                    var (loss, dy) = Loss(y, targets);
                    var dz = dy.Select((d, at) => d * (1 - (y[at] * y[at]))).ToArray();
                    var gradients = Book.DropConnect.Backward(dz, inner, w, mask, Inputs, Units, keep.Probability);
                    Expect.Close(loss, plan.Step(x, targets).Loss, Plan, "loss");
                    Expect.Close(gradients.W, plan.Gradients["drop.weight"].ToArray(), Plan, "dW");
                    Expect.Close(Book.MatrixProduct.Backward(gradients.X, Expect.Widen(x), probe, Samples, Inputs, Inputs).B, plan.Gradients["probe.weight"].ToArray(), Plan, "through dx");
                    Expect.Close([.. Enumerable.Range(0, Units).Select(j => Enumerable.Range(0, Samples).Sum(n => dz[(n * Units) + j]))], plan.Gradients["drop.bias"].ToArray(), Plan, "db");
                }

                byte[] bytes = [.. plan.Gradients.SelectMany(static tensor => tensor.ToArray()).SelectMany(BitConverter.GetBytes)];
                Assert.Equal(first ??= bytes, bytes);
            }
        }
    }

    [Fact]
    public void Evaluation_is_the_mean_over_a_normal_distribution_with_the_moments_of_training()
    {
        var model = Build(new DropConnect(Units, 0.5f, "tanh"));
        var x = new SeededRandom(3).Floats(Samples * Inputs);
        var (mean, variance) = Book.DropConnect.Moments(Book.MatrixProduct.Multiply(Expect.Widen(x), Read(model, "probe.weight"), Samples, Inputs, Inputs), Read(model, "drop.weight"), Inputs, Units, 0.5);
        var bias = Read(model, "drop.bias");
        var expected = mean.Select((m, at) => Book.DropConnect.Expectation(Book.Activation.Tanh, m + bias[at % Units], Math.Sqrt(variance[at]))).ToArray();
        Expect.Close(expected, Evaluate(model, x), Plan);

        var linear = Build(new DropConnect(Units, 0.5f));
        Assert.False(EvaluationListing(linear).Contains("variance", StringComparison.Ordinal));
        Expect.Close([.. mean.Select((m, at) => m + bias[at % Units])], Evaluate(linear, x), Plan);
    }

    [Fact]
    public void Without_a_rate_it_is_a_dense_layer()
    {
        var x = new SeededRandom(3).Floats(Samples * Inputs);
        Assert.Equal(Evaluate(Build(new Sequential(("d", new Dense(Units)), ("activation", new Tanh()))), x), Evaluate(Build(new DropConnect(Units, 0, "tanh")), x));
        Assert.Empty(Build(new DropConnect(Units, 0, "tanh")).Nodes.OfType<DropConnectNode>());
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void A_rate_that_is_no_probability_is_refused(float rate)
    {
        var error = Assert.Throws<LayerException>(() => Build(new DropConnect(3, rate)));
        Assert.Equal("EK0120", error.Code);
        Assert.Contains("[DropConnect 'drop'] got rate", error.Message);
        Assert.Equal("EK0122", Assert.Throws<LayerException>(() => Build(new DropConnect(3, 0.5f, "rleu"))).Code);
        Assert.Equal("EK0105", Assert.Throws<Evenkeel.Graph.GraphException>(() => new DropConnectNode("d", new InputNode("x", Shape.Batch(3)).Output, new InputNode("w", Shape.Of(3, 2)).Output, 0)).Code);
        Assert.Equal("EK0101", Assert.Throws<Evenkeel.Graph.GraphException>(() => new DropConnectNode("d", new InputNode("x", Shape.Batch(3)).Output, new InputNode("w", Shape.Of(4, 2)).Output, 0.5f)).Code);
        var x = new InputNode("x", Shape.Batch(3)).Output;
        Assert.Equal("EK0101", Assert.Throws<Evenkeel.Graph.GraphException>(() => new ExpectedActivationNode("e", x, new InputNode("v", Shape.Batch(2)).Output, "relu", 1)).Code);
    }

    private static Model Build(Layer layer)
    {
        var model = new Sequential(("probe", new Dense(Inputs, new DenseOptions { Bias = BiasUse.Never })), ("drop", layer)).Build(Shape.Batch(Inputs), 4);
        foreach (var tensor in model.Parameters.Where(static tensor => tensor.Name.EndsWith("bias", StringComparison.Ordinal))) tensor.CopyFrom(new SeededRandom(5).Floats(Units));
        foreach (var tensor in model.Parameters.Where(static tensor => tensor.Name.StartsWith("drop", StringComparison.Ordinal) && tensor.Name.EndsWith("weight", StringComparison.Ordinal))) tensor.CopyFrom(new SeededRandom(6).Floats(Inputs * Units, 0, 0.1));
        return model;
    }

    private static double[] Read(Model model, string name) => Expect.Widen(model.Parameters[name].ToArray());

    private static (double Loss, double[] Gradient) Loss(double[] y, float[] targets)
    {
        var loss = y.Zip(targets, static (value, target) => (value - target) * (value - target)).Sum() / y.Length;
        return (loss, [.. y.Zip(targets, (value, target) => 2 * (value - target) / y.Length)]);
    }

    private static float[] Evaluate(Model model, float[] x)
    {
        using var plan = ObservationPlan.Compile(model, [model.Output], training: false, new PlanOptions { Capacity = 8 });
        plan.Slot.Fill(x);
        plan.Run(plan.Slot);
        return plan.Read(model.Output).ToArray();
    }

    private static string EvaluationListing(Model model)
    {
        using var plan = EvaluationPlan.Compile(model, new MeanSquaredError(), new PlanOptions { Capacity = 8 });
        return plan.Listing.ToText();
    }

    private static bool[] Mask(KeepBits keep, ulong attempt)
    {
        var (size, row) = (KeepBits.Words(Inputs, Units), KeepBits.RowWords(Units));
        var words = new uint[Samples * size];
        fixed (uint* pointer = words) keep.Fill(pointer, 0, words.Length, attempt, new RandomStream(Seed, "drop").Key);
        return [.. Enumerable.Range(0, Samples * Inputs * Units).Select(at => (words[(at / Units / Inputs * size) + (at / Units % Inputs * row) + (at % Units / 32)] >> (at % Units % 32) & 1) != 0)];
    }
}
