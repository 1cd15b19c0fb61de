using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Engine.Tests;

/// <summary>EvalNorm: evaluation by a mixture of a sample's statistics and the running ones, training as ever.</summary>
public sealed class SampleMixtureTests
{
    private const int Count = 20;
    private const float Weight = 0.25f;

    private static readonly Tolerance Plan = new(1e-6, 4e-5, "statistics of a sample and a sweep in float, relative to the largest value");

    public static TheoryData<string> Shapes => ["features", "image", "sequence"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Evaluation_is_that_of_the_book_at_every_width_capacity_and_number_of_threads(string kind)
    {
        var shape = ShapeOf(kind);
        var model = Trained(shape, Weight);
        var x = new SeededRandom(5).Floats((int)shape.Elements(Count), 0.5, 2);
        var weight = model.States["norm.running_weight"].Span[0];
        double[] Running(string part) => [.. model.States[$"norm.running_{part}"].ToArray().Select(value => value / weight)];
        var expected = Book.EvalNorm.Forward(
            Expect.Widen(x), (int)shape.RowsPerSample, shape.Channels, Running("mean"), Running("variance"), Weight, Expect.Widen(model.Parameters["norm.gamma"].ToArray()), Expect.Widen(model.Parameters["norm.beta"].ToArray()), 1e-5f);
        foreach (var width in WidthMatrix.Supported)
        {
            float[]? first = null;
            foreach (var (threads, capacity) in new[] { (1, Count), (2, Count), (2, 3), (1, 64) })
            {
                using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = capacity, Threads = threads, Width = width });
                float[] y = [.. x.Chunk((int)shape.Elements(capacity)).SelectMany(part => plan.Run(part).ToArray())];
                Expect.Close(expected, y, Plan, $"{kind}, {width} bits, {threads} threads, capacity {capacity}");
                Expect.SameBits<float>(first ??= y, y, "threads and capacity");
            }
        }
    }

    [Fact]
    public void Training_is_that_of_plain_batch_normalisation_bit_for_bit()
    {
        var (plain, mixed) = (Trained(ShapeOf("image"), 0), Trained(ShapeOf("image"), Weight));
        Assert.Equal(plain.Parameters.Span.ToArray(), mixed.Parameters.Span.ToArray());
        Assert.Equal(plain.States.Span.ToArray(), mixed.States.Span.ToArray());
    }

    [Fact]
    public void It_is_not_folded_into_the_product_before_it()
    {
        foreach (var weight in new[] { 0, Weight })
        {
            var model = new Sequential(("fc", new Dense(6)), ("norm", new BatchNorm(new BatchNormOptions { SampleWeight = weight })), ("act", new Relu())).Build(Shape.Batch(5), 1);
            Train(model);
            using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 8 });
            Assert.Equal(weight == 0, plan.IsFolded);
            Assert.Equal(weight > 0, plan.Listing.ToText(passes: false).Contains("own statistics with weight 0.25", StringComparison.Ordinal));
        }
    }

    private static Shape ShapeOf(string kind) => kind switch { "features" => Shape.Batch(37), "image" => Shape.Batch(4, 3, 19), _ => Shape.Batch(6, 5) };

    private static Model Trained(Shape shape, float weight)
    {
        var model = new Sequential(("norm", new BatchNorm(new BatchNormOptions { SampleWeight = weight }))).Build(shape, 1);
        Train(model);
        return model;
    }

    private static void Train(Model model)
    {
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = Count, Threads = 1 });
        plan.LearningRate = 0.1f;
        for (ulong step = 0; step < 4; step++)
            Assert.True(plan.Step(new SeededRandom(step + 10).Floats((int)model.Input.Output.Shape.Elements(Count), 1, 2), new SeededRandom(step + 20).Floats((int)model.Output.Shape.Elements(Count))).Committed);
    }
}
