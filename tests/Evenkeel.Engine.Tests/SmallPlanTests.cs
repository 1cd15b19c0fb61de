using Evenkeel.Engine.Passes;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Work;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Small perceptrons with a wide input: products cut along the inner dimension, and chains of one piece that stand beside gradients.</summary>
public sealed class SmallPlanTests
{
    private const int Features = 784;
    private const int Classes = 10;

    [Fact]
    public void The_wide_product_is_cut_and_what_follows_is_one_chain()
    {
        using var plan = Compile(Build(), 60, 1);
        Assert.Contains("4 parts of the inner dimension", plan.Listing.ToText(), StringComparison.Ordinal);
        Assert.Equal(5, plan.Listing.Joins);
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(37, 60)]
    [InlineData(60, 200)]
    public void Threads_passes_and_capacity_change_no_bit(int count, int capacity)
    {
        var expected = Train(count, capacity, 1, []);
        Assert.Equal(expected, Train(count, capacity, 2, []));
        Assert.Equal(expected, Train(count, count, 2, []));
        Assert.Equal(expected, Train(count, capacity, 2, ["cut-depth"]));
        Assert.Equal(expected, Train(count, capacity, 2, [PassList.MergeRegions]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_piece_of_a_job_alongside_runs_once_and_changes_no_bit(int threads)
    {
        var expected = Train(60, 60, threads, []);
        var job = new Counter(17);
        Assert.Equal(expected, Train(60, 60, threads, [], job));
        Assert.All(job.Runs, static runs => Assert.Equal(Steps, runs));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_allocates_nothing(int threads)
    {
        using var plan = Compile(Build(), 60, threads);
        var slot = plan.CreateSlot();
        Fill(slot, 60, 1);
        for (var i = 0; i < 50; i++) plan.Step(slot);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) plan.Step(slot);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private const int Steps = 6;

    private static byte[] Train(int count, int capacity, int threads, string[] disabled, Counter? alongside = null)
    {
        var model = Build();
        using var plan = Compile(model, capacity, threads, disabled);
        var slot = plan.CreateSlot();
        for (var step = 0; step < Steps; step++)
        {
            Fill(slot, count, step);
            Assert.True(plan.Step(slot, alongside, alongside?.Runs.Length ?? 0).Committed);
        }

        return
        [
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Parameters.Span),
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.States.Span),
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(plan.Slots.Span),
        ];
    }

    private static TrainingPlan Compile(Model model, int capacity, int threads, string[]? disabled = null) =>
        TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = capacity, Threads = threads, DisabledPasses = [.. disabled ?? []] });

    private static Model Build() => new Sequential(
        [.. Enumerable.Range(1, 3).SelectMany(i => new (string, Layer)[] { ($"hidden{i}", new Dense(100)), ($"norm{i}", new BatchNorm(BatchNormOptions.Default)), ($"act{i}", new Activation("sigmoid")) }),
        ("out", new Dense(Classes))]).Build(Shape.Batch(Features), 3);

    private static void Fill(BatchSlot slot, int count, int seed)
    {
        var random = new SeededRandom((ulong)seed + 100);
        slot.Count = count;
        random.Floats(count * Features).CopyTo(slot.Features);
        random.Labels(count, Classes).CopyTo(slot.Labels);
    }

    private sealed class Counter(int pieces) : PieceJob
    {
        public int[] Runs { get; } = new int[pieces];

        public override void Run(int piece, int worker) => Interlocked.Increment(ref Runs[piece]);
    }
}
