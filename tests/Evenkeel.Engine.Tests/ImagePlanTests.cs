using Evenkeel.Engine.Passes;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Kernels.Pooling;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>A network with every node that works on images, as plans run it, against the book.</summary>
public sealed class ImagePlanTests
{
    private static readonly Tolerance Rounding = new(0, 2e-5, "float rounding through a dozen layers, on the scale of the largest gradient of a tensor");

    /// <summary>Capacity, count: cut by samples with whole and part batches, cut by rows.</summary>
    public static TheoryData<int, int> Batches => new() { { 40, 37 }, { 8, 8 }, { 9, 1 }, { 5, 5 }, { 1, 1 } };

    [Theory]
    [MemberData(nameof(Batches))]
    public void Loss_and_gradients_are_those_of_the_book(int capacity, int count)
    {
        var run = new BookRun(Network(), count);
        var expected = run.Expected();
        foreach (var width in WidthMatrix.Supported) run.Check(expected, new PlanOptions { Capacity = capacity, Width = width }, Rounding);
        foreach (var pass in PassList.Names) run.Check(expected, new PlanOptions { Capacity = capacity, DisabledPasses = [pass] }, Rounding);
        run.Check(expected, new PlanOptions { Capacity = capacity, DisabledPasses = [.. PassList.Names] }, Rounding);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void One_thread_and_two_give_the_same_bits(int capacity, int count)
    {
        var run = new BookRun(Network(), count);
        var (one, two) = (run.Run(new PlanOptions { Capacity = capacity, Threads = 1 }), run.Run(new PlanOptions { Capacity = capacity, Threads = 2 }));
        for (var i = 0; i < one.Length; i++) Expect.SameBits<float>(one[i], two[i]);
    }

    [Fact]
    public void Chains_that_look_at_single_pixels_take_large_images_by_rows()
    {
        var run = new BookRun(Pointwise(), 3);
        var whole = run.Run(new PlanOptions { Capacity = 8, DisabledPasses = [PassList.CutRows] });
        foreach (var width in WidthMatrix.Supported) run.Check([.. whole.Select(static values => Expect.Widen(values))], new PlanOptions { Capacity = 8, Width = width }, Rounding);
        var (one, two) = (run.Run(new PlanOptions { Capacity = 8, Threads = 1 }), run.Run(new PlanOptions { Capacity = 8, Threads = 2 }));
        for (var i = 0; i < one.Length; i++) Expect.SameBits<float>(one[i], two[i]);

        // 97 rows of 95 pixels and 32 channels are 294,880 floats; the joined tensor has 396,245.
        using var plan = TrainingPlan.Compile(Pointwise(), new Layers.Losses.MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 8 });
        Assert.Contains("8 (10 of 97 rows at a time) pieces", plan.Listing.ToText(passes: false));
        Assert.Contains("8 (8 of 97 rows at a time) pieces", plan.Listing.ToText(passes: false));
    }

    [Fact]
    public void A_derivative_that_is_cheap_to_make_again_saves_no_output()
    {
        // Both read x; the derivative of tanh reads what tanh made, too.
        const long Tensor = ((8L * 7 * 7 * 20) + TensorLayout.Alignment) * sizeof(float);
        Assert.Equal(Tensor, Saved(new Tanh()) - Saved(new Relu()));

        static long Saved(Layer activation)
        {
            var model = new Sequential(new Convolution(20, 3), new BatchNorm(), activation, new GlobalAveragePool(), new Dense(5)).Build(Shape.Batch(9, 9, 3), seed: 2);
            using var plan = TrainingPlan.Compile(model, new Layers.Losses.MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 8, DisabledPasses = ["recompute-normalized"] });
            return plan.Listing.SavedBytes;
        }
    }

    [Fact]
    public void Evaluation_runs_every_node_too()
    {
        var model = Network();
        var x = new SeededRandom(4).Floats(3 * (int)model.Input.Output.Shape.ElementsPerSample);
        var interpreter = new Graph.Tests.GraphInterpreter(3).With(model.Input.Output, Expect.Widen(x));
        foreach (var node in model.ParameterNodes) interpreter.With(node.Output, Expect.Widen(model.Parameters[node.Name].ToArray()));
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 8 });
        Expect.Close(interpreter.Run(model.Output), plan.Run(x), Rounding);
    }

    [Fact]
    public void A_filter_gradient_too_large_for_private_sums_is_split_by_filters()
    {
        // 1.8 million weights: 32 private sums would take 230 MB.
        var geometry = new ConvolutionShape(2, 2, 448, 448, 3, 3) { PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1 };
        var model = new Functional((scope, x) => new ConvolutionNode("wide", x, scope.Parameter("w", Shape.Of(3, 3, 448, 448), He.Normal, true), geometry).Output).Build(Shape.Batch(2, 2, 448));
        using var plan = TrainingPlan.Compile(model, new Layers.Losses.MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 32 });
        Assert.Contains("by filters", plan.Listing.ToText());
        Assert.InRange(plan.Listing.ArenaBytes, 0, 100_000_000);
    }

    [Fact]
    public void The_first_convolution_gives_no_gradient_to_the_images_and_names_its_algorithm()
    {
        using var plan = TrainingPlan.Compile(Network(), new Layers.Losses.MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 8 });
        var text = plan.Listing.ToText(passes: false);
        Assert.DoesNotContain("first.d_input", text);
        Assert.Contains("grouped.d_input: input gradient [N, 3, 2, 8] * [2, 2, 2, 8] -> [N, 3, 3, 8] (", text);
        Assert.Contains("first: convolution [N, 6, 5, 3] * [3, 3, 3, 8] -> [N, 6, 5, 8] + bias (", text);
    }

    /// <summary>Convolutions of one pixel over images that outgrow a block, with a bias, a normalisation, a sum and a concatenation between them.</summary>
    private static Model Pointwise() => new Functional(static (scope, x) =>
    {
        Value Convolve(string name, Value input, int filters) => new ConvolutionNode(name, input,
            scope.Parameter($"{name}.weight", Shape.Of(1, 1, input.Shape.Channels, filters), He.Normal, decays: true), new(97, 95, input.Shape.Channels, filters, 1, 1)).Output;
        var wide = scope.Apply("norm", new BatchNorm(), Convolve("first", x, 32));
        var active = new ActivationNode("active", wide, "relu").Output;
        var second = new BiasAddNode("second.bias", Convolve("second", active, 32), scope.Parameter("second.bias", Shape.Of(32), new Normal(1), decays: false)).Output;
        var bent = new ActivationNode("bent", second, "sigmoid").Output;
        var joined = new ConcatenationNode("joined", Convolve("third", new AddNode("sum", active, bent).Output, 11), active).Output;
        var last = new ActivationNode("last", scope.Apply("norm2", new BatchNorm(), joined), "tanh").Output;
        return new AveragePoolingNode("adaptive", Convolve("fourth", last, 5), new(PoolingAxis.Adaptive(97, 1), PoolingAxis.Adaptive(95, 3), 5), PoolingDivisor.Inputs).Output;
    }).Build(Shape.Batch(97, 95, 4), 3);

    private static Model Network() => new Functional(static (scope, x) =>
    {
        Value Filter(string name, params ReadOnlySpan<int> shape) => scope.Parameter(name, Shape.Of(shape), He.Normal, decays: true);
        var first = new ConvolutionNode("first", x, Filter("first.weight", 3, 3, 3, 8), new(6, 5, 3, 8, 3, 3) { PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1 }).Output;
        var active = new ActivationNode("active", new BiasAddNode("first.bias", first, scope.Parameter("first.bias", Shape.Of(8), new Normal(1), decays: false)).Output, "relu").Output;
        var pooled = new MaxPoolingNode("max", active, new(PoolingAxis.Sliding(6, 3, 2, 0, 1), PoolingAxis.Sliding(5, 3, 2, 1, 1), 8)).Output;
        var grouped = new ConvolutionNode("grouped", pooled, Filter("grouped.weight", 2, 2, 2, 8), new(3, 3, 8, 8, 2, 2) { Groups = 4, DilationWidth = 2, PaddingBottom = 1, PaddingLeft = 1 }).Output;
        var smooth = new AveragePoolingNode("average", pooled, new(PoolingAxis.Sliding(3, 3, 1, 1, 1), PoolingAxis.Sliding(3, 2, 1), 8), PoolingDivisor.Inputs).Output;
        var joined = new ConcatenationNode("joined", grouped, smooth, grouped).Output;
        var large = new ConvolutionInputGradientNode("transposed", joined, Filter("transposed.weight", 3, 3, 6, 24), new(6, 4, 6, 24, 3, 3) { StrideHeight = 2, StrideWidth = 2, PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1 }).Output;
        var thinned = new SliceNode("thinned", large, new(new(0, 3, 2), new(1, 2, 2), new(1, 4))).Output;
        var padded = new ZeroPadNode("padded", thinned, new(new(1, 3), new(0, 2, 3), new(2, 4)), Shape.Batch(5, 5, 9)).Output;
        var mixed = new ConvolutionNode("mixed", padded, Filter("mixed.weight", 2, 2, 9, 7), new(5, 5, 9, 7, 2, 2) { StrideHeight = 2 }).Output;
        var repeated = new AveragePoolingBackwardNode("repeated", mixed, new(PoolingAxis.Sliding(4, 2, 2), PoolingAxis.Sliding(4, 1, 1), 7), PoolingDivisor.One).Output;
        return new AveragePoolingNode("adaptive", repeated, new(PoolingAxis.Adaptive(4, 3), PoolingAxis.Adaptive(4, 1), 7), PoolingDivisor.Inputs).Output;
    }).Build(Shape.Batch(6, 5, 3), 3);
}
