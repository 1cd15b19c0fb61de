using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Kernels.Pooling;
using Evenkeel.Numerics.Randomness;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Engine.Tests;

public sealed class FractionalPoolingPlanTests
{
    private const int Height = 7;
    private const int Width = 10;
    private const int Channels = 5;
    private const int Samples = 9;
    private const int Features = Height * Width * Channels;
    private const ulong Seed = 11;

    private static readonly Tolerance Plan = new(1e-6, 4e-5, "sums of up to a few hundred terms in float");

    public static TheoryData<FractionalMaxPool> Layers =>
    [
        new FractionalMaxPool(1.41f), new FractionalMaxPool(1.41f, FractionalSequence.PseudoRandom, overlaps: false),
        new FractionalMaxPool(1.5f, FractionalSequence.Random), new FractionalMaxPool(1.26f, FractionalSequence.Random, overlaps: false),
    ];

    /// <summary>Images times one weight per place, pooled, against zeros: the weights' gradient shows where every maximum stood.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_sample_of_every_attempt_is_pooled_over_the_regions_that_were_drawn(FractionalMaxPool layer)
    {
        var model = Build(layer);
        var node = model.Nodes.OfType<FractionalMaxPoolingNode>().Single();
        var x = new SeededRandom(1).Floats(Samples * Features);
        var targets = new float[Samples * node.Output.Shape.ElementsPerSample];
        foreach (var capacity in new[] { Samples, 2 })
        {
            byte[]? first = null;
            foreach (var threads in new[] { 1, 2 })
            {
                using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = capacity, Seed = Seed, Threads = threads });
                plan.LearningRate = 0;
                var kinds = new HashSet<double>();
                for (var attempt = 0; attempt < 4; attempt++)
                {
                    var expected = Pooled(node.Regions, x, capacity, plan.Attempts);
                    var loss = plan.Step(x.AsSpan(0, capacity * Features), targets.AsSpan(0, expected.Y.Length)).Loss;
                    Expect.Close(expected.Y.Sum(static y => y * y) / expected.Y.Length, loss, Plan, "loss");
                    Expect.Close(expected.Gradient, plan.Gradients["slopes.slope"].ToArray(), Plan, "gradient");
                    kinds.Add(loss);
                }

                Assert.Equal(4, kinds.Count);
                byte[] bytes = [.. plan.Gradients["slopes.slope"].ToArray().SelectMany(BitConverter.GetBytes)];
                Assert.Equal(first ??= bytes, bytes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Evaluation_takes_the_even_regions(FractionalMaxPool layer)
    {
        var model = Build(layer);
        var node = model.Nodes.OfType<FractionalMaxPoolingNode>().Single();
        var x = new SeededRandom(2).Floats(2 * Features).Select(Math.Abs).ToArray();
        using var plan = ObservationPlan.Compile(model, [node.Output], training: false, new PlanOptions { Capacity = 8 });
        plan.Slot.Fill(x);
        plan.Run(plan.Slot);
        var regions = node.Regions;
        var rows = Book.PoolingWindows.Fractional(Height, regions.OutputHeight, 0.5, regions.Overlaps);
        var columns = Book.PoolingWindows.Fractional(Width, regions.OutputWidth, 0.5, regions.Overlaps);
        Expect.Close(Book.Pooling.Maximum(Expect.Widen(x), rows, columns, Channels).Y, plan.Read(node.Output), Tolerances.Exact);
        Assert.Equal(Shape.Batch((int)(Height / layer.Ratio), (int)(Width / layer.Ratio), Channels), node.Output.Shape);
    }

    [Fact]
    public void Ratios_and_images_that_do_not_fit_are_refused()
    {
        var error = Assert.Throws<LayerException>(() => new FractionalMaxPool(2.5f).Build(Shape.Batch(8, 8, 1)));
        Assert.Equal("EK0120", error.Code);
        Assert.Contains("a number in [1, 2]", error.Message);
        Assert.Equal("EK0121", Assert.Throws<LayerException>(() => new FractionalMaxPool(1).Build(Shape.Batch(8, 8, 1))).Code);
        Assert.Equal("EK0121", Assert.Throws<LayerException>(() => new FractionalMaxPool(1.5f).Build(Shape.Batch(8))).Code);
        var images = new InputNode("x", Shape.Batch(8, 8, 1)).Output;
        var regions = new FractionalRegions(8, 8, 1, 5, 5, FractionalSequence.Random, true);
        Assert.Equal("EK0105", Assert.Throws<Evenkeel.Graph.GraphException>(() => new FractionalMaxPoolingNode("p", images, regions with { OutputHeight = 3 })).Code);
        Assert.Equal("EK0101", Assert.Throws<Evenkeel.Graph.GraphException>(() => new FractionalMaxPoolingNode("p", images, regions with { Channels = 2 })).Code);
        Assert.Equal("EK0105", Assert.Throws<Evenkeel.Graph.GraphException>(() => new FractionalMaxPoolingNode("p", new InputNode("x", Shape.Batch(4097, 4097, 1)).Output, regions with { Height = 4097, Width = 4097, OutputHeight = 3000, OutputWidth = 3000 })).Code);
    }

    /// <summary>Slopes of PReLU, all 1, leave the images as they are; a slope's gradient is the sum of dx x over negative places.</summary>
    private static Model Build(Layer layer) => new Sequential(("slopes", new Prelu(1)), ("pool", layer)).Build(Shape.Batch(Height, Width, Channels), 3);

    private static (double[] Y, double[] Gradient) Pooled(FractionalRegions regions, float[] x, int samples, long attempt)
    {
        var (shape, stream) = (regions.Regular(), new RandomStream(Seed, "pool"));
        var (y, gradient) = (new List<double>(), new double[Channels]);
        var outputs = samples * regions.OutputHeight * regions.OutputWidth * Channels;
        for (var sample = 0; sample < samples; sample++)
        {
            regions.Draw(shape, stream, sample, attempt);
            var (rows, columns) = (Windows(shape.Rows), Windows(shape.Columns));
            var image = Expect.Widen(x.AsSpan(sample * Features, Features));
            var maximum = Book.Pooling.Maximum(image, rows, columns, Channels);
            y.AddRange(maximum.Y);
            var dx = Book.Pooling.MaximumBackward([.. maximum.Y.Select(value => 2 * value / outputs)], maximum.Positions, rows, columns, Channels);
            for (var i = 0; i < Features; i++) gradient[i % Channels] += image[i] < 0 ? dx[i] * image[i] : 0;
        }

        return ([.. y], gradient);
    }

    private static Book.PoolingWindows Windows(PoolingAxis axis) => new(axis.Size, [.. Enumerable.Range(0, axis.Outputs).Select(i => (axis.Starts[i], axis.Ends[i]))]);
}
