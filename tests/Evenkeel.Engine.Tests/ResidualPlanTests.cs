using Evenkeel.Engine.Passes;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Engine.Tests;

/// <summary>Plans of a small residual network with batch normalisation: no pass, cut or number of threads changes what is computed.</summary>
public sealed class ResidualPlanTests
{
    private const int Classes = 5;

    public static TheoryData<string> Passes => [.. PassList.Names];

    [Theory]
    [MemberData(nameof(Passes))]
    public void Leaving_a_pass_out_changes_rounding_at_most(string pass)
    {
        var (expected, _) = Train(48, threads: 2);
        var (found, listing) = Train(48, threads: 2, pass);
        Assert.DoesNotContain($"pass {pass}:", listing, StringComparison.Ordinal);

        // Three steps in float: gradients of 1e-3 and more agree to a few parts in 1e5.
        Assert.All(expected.Zip(found), static pair => Assert.Equal(pair.First, pair.Second, 2e-5f + (2e-4f * Math.Abs(pair.First))));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(48)]
    [InlineData(61)]
    public void One_and_two_threads_give_the_same_bits(int capacity) =>
        Assert.Equal(Train(capacity, threads: 1).Parameters, Train(capacity, threads: 2).Parameters);

    [Theory]
    [InlineData(3, 3)]
    [InlineData(3, 48)]
    [InlineData(17, 20)]
    public void What_a_batch_gives_hardly_depends_on_the_capacity(int count, int capacity)
    {
        var (model, slot) = (Build(), default(BatchSlot));
        using var exact = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = count });
        using var roomy = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = capacity });
        slot = Fill(exact.CreateSlot(), count, 0);
        var expected = exact.Run(slot);
        slot = Fill(roomy.CreateSlot(), count, 0);
        Assert.Equal(expected.Loss, roomy.Run(slot).Loss, 1e-5f);
        Assert.All(exact.Gradients.Span.ToArray().Zip(roomy.Gradients.Span.ToArray()), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f + (1e-4f * Math.Abs(pair.First))));
    }

    [Fact]
    public void A_normalised_tensor_that_one_convolution_reads_is_not_saved()
    {
        using var plan = Compile(48, 2);
        using var saving = Compile(48, 2, "recompute-normalized");
        Assert.Contains("bn1a.again", plan.Listing.ToText(), StringComparison.Ordinal);
        var tensor = 48L * 10 * 9 * 6 * sizeof(float);
        Assert.InRange(saving.Listing.SavedBytes - plan.Listing.SavedBytes, tensor, tensor + 4096);
    }

    [Fact]
    public void The_end_of_a_residual_block_is_one_sweep()
    {
        using var plan = Compile(48, 2);
        var listing = plan.Listing.ToText();
        Assert.Contains("bn1b: normalise [N, 10, 9, 6] + addend + relu", listing, StringComparison.Ordinal);
        Assert.Contains("bn1b.backward: backward sums of [N, 10, 9, 6] + mask of relu", listing, StringComparison.Ordinal);
    }

    [Fact]
    public void What_lives_in_a_block_takes_no_memory_of_the_batch()
    {
        using var plan = Compile(480, 2);
        using var spread = Compile(480, 2, "keep-local");
        Assert.True(plan.Listing.ArenaBytes < spread.Listing.ArenaBytes, $"{plan.Listing.ArenaBytes} < {spread.Listing.ArenaBytes}");
    }

    private static (float[] Parameters, string Listing) Train(int capacity, int threads, params string[] without)
    {
        using var plan = Compile(capacity, threads, without);
        var slot = plan.CreateSlot();
        var losses = new List<float>();
        for (var step = 0; step < 3; step++)
        {
            var result = plan.Step(Fill(slot, capacity - step, step));
            Assert.True(result.Committed);
            losses.Add(result.Loss);
        }

        return ([.. losses, .. plan.Gradients.Span], plan.Listing.ToText());
    }

    private static TrainingPlan Compile(int capacity, int threads, params string[] without) =>
        TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = capacity, Threads = threads, DisabledPasses = [.. without] });

    private static BatchSlot Fill(BatchSlot slot, int count, int seed)
    {
        new RandomStream((ulong)seed, "features").FillNormal(slot.Features);
        for (var i = 0; i < slot.Capacity; i++) slot.Labels[i] = (i * 3 + seed) % Classes;
        slot.Count = count;
        return slot;
    }

    private static Model Build() => new Network().Build(Shape.Batch(10, 9, 3), seed: 2);

    private sealed class Network : Layer
    {
        public override string Kind => "network";

        public override Value Build(BuildScope scope, Value input)
        {
            var stem = Unit(scope, "0", input, 6, 1);
            var inner = scope.Apply("bn1b", new BatchNorm(), scope.Apply("conv1b", new Convolution(6, 1), Unit(scope, "1a", stem, 6, 1)));
            var sum = scope.Apply("relu1b", new Relu(), new AddNode("add1", stem, inner).Output);
            return scope.Apply("fc", new Dense(Classes), scope.Apply("flat", new Flatten(), Unit(scope, "2", sum, 5, 2)));
        }

        private static Value Unit(BuildScope scope, string name, Value input, int filters, int stride) =>
            scope.Apply($"relu{name}", new Relu(), scope.Apply($"bn{name}", new BatchNorm(), scope.Apply($"conv{name}", new Convolution(filters, stride), input)));
    }

    private sealed class Convolution(int filters, int stride) : Layer
    {
        public override string Kind => "convolution";

        public override Value Build(BuildScope scope, Value input)
        {
            var sizes = input.Shape.Sizes;
            var geometry = new ConvolutionShape(sizes[0], sizes[1], sizes[2], filters, 3, 3) { PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1, StrideHeight = stride, StrideWidth = stride };
            return new ConvolutionNode(scope.Name, input, scope.Parameter("weight", Shape.Of(3, 3, sizes[2], filters), He.Normal, decays: true), geometry).Output;
        }
    }
}
