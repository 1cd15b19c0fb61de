using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Layers.Initializers;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Decoupled;

public sealed class AsynchronousPipelineTests
{
    private const int Steps = 500;

    private static readonly DecoupledOptions Conditioned = new() { Gradients = GradientSource.Conditioned };

    [Fact]
    public void Segments_on_threads_of_their_own_learn()
    {
        var model = Small.Model();
        var before = Evaluator.Evaluate(model, Small.Loss, Small.Rings(300, 9)).Loss;
        using var pipeline = Compile(model, Conditioned);
        pipeline.LearningRate = 0.01f;
        var result = pipeline.Run(Feed(Steps));
        Assert.Equal((Steps, Steps, 0L), (result.Batches, result.Losses.Length, result.Skipped));
        Assert.InRange(Evaluator.Evaluate(model, Small.Loss, Small.Rings(300, 9)).Loss, 0, 0.8 * before);
    }

    [Fact]
    public void Every_segment_sees_every_batch_once_in_order_and_is_updated_by_it()
    {
        using var pipeline = Compile(Small.Model(), Conditioned, new PipelineOptions { Delay = TimeSpan.FromMilliseconds(1), QueueLength = 3 });
        var result = pipeline.Run(Feed(20));
        Assert.Equal(["hidden1", "hidden2", "output"], pipeline.Segments.AsEnumerable());
        for (var segment = 1; segment <= 3; segment++)
        {
            var own = result.Schedule.Where(e => e.Segment == segment && e.Action != SegmentAction.LearnGradient);
            Assert.Equal(
                Enumerable.Range(0, 20).SelectMany(batch => new[] { SegmentAction.Forward, SegmentAction.Backward, SegmentAction.Update }.Select(action => new SegmentEvent(action, segment, batch))), own);
        }

        // A batch reaches a segment after the one below, and a module learns from a gradient that the segment above has found.
        int Place(SegmentAction action, int segment, long batch) => result.Schedule.IndexOf(new SegmentEvent(action, segment, batch));
        for (var batch = 0; batch < 20; batch++) Assert.True(Place(SegmentAction.Forward, 1, batch) < Place(SegmentAction.Forward, 2, batch) && Place(SegmentAction.Forward, 2, batch) < Place(SegmentAction.Forward, 3, batch));
        Assert.All(result.Schedule.Where(static e => e.Action == SegmentAction.LearnGradient), e => Assert.True(Place(e.Action, e.Segment, e.Attempt) > Place(SegmentAction.Update, e.Segment + 1, e.Attempt)));
        Assert.Contains(result.Schedule, static e => e.Action == SegmentAction.LearnGradient);
    }

    [Fact]
    public void A_segment_is_updated_before_it_asks_for_its_next_batch()
    {
        // Modules that start at random predict something from the first batch on.
        var model = Small.Model();
        using var pipeline = Compile(model, Conditioned with { Modules = new() { OutputWeights = LeCun.Normal } });
        var (feed, moved) = (Feed(4), new List<float[]>());
        pipeline.Run(slot =>
        {
            moved.Add(model.Parameters["hidden1.bn.beta"].ToArray());
            return feed(slot);
        });
        Assert.Equal(5, moved.Count);
        for (var i = 1; i < moved.Count; i++) Assert.NotEqual(moved[i - 1], moved[i]);
    }

    [Fact]
    public void An_error_on_any_thread_ends_the_run()
    {
        using var pipeline = Compile(Small.Model(), Conditioned);
        var feed = Feed(Steps);
        var taken = 0;
        Assert.Equal("EK0855", Assert.Throws<TrainingException>(() => pipeline.Run(slot =>
        {
            var more = feed(slot);
            if (++taken == 5) slot.Labels[3] = -1;
            return more;
        })).Code);
        Assert.Throws<InvalidTimeZoneException>(() => pipeline.Run(static _ => throw new InvalidTimeZoneException()));
        Assert.Equal("EK1001", Assert.Throws<EngineException>(() => pipeline.Run(static slot => (slot.Count = 1) == 1)).Code);
    }

    [Fact]
    public void A_run_that_is_cancelled_ends_after_the_batches_on_their_way()
    {
        using var pipeline = Compile(Small.Model(), new() { Modules = new() { Hidden = [8] } });
        using var source = new CancellationTokenSource();
        var (feed, taken) = (Feed(Steps), 0);
        var result = pipeline.Run(slot =>
        {
            if (++taken == 7) source.Cancel();
            return feed(slot);
        }, source.Token);
        Assert.Equal(7, result.Batches);
    }

    [Fact]
    public void Options_that_make_segments_wait_are_refused()
    {
        void Refused(string code, DecoupledOptions options, PipelineOptions? pipeline = null) => Assert.Equal(code, Assert.Throws<TrainingException>(() => Compile(Small.Model(), options, pipeline)).Code);
        Refused("EK0858", new() { Gradients = GradientSource.Backpropagation });
        Refused("EK0858", Conditioned with { SyntheticInputs = true });
        Refused("EK0858", Conditioned with { UpdateProbability = 0.5 });
        Refused("EK0854", Conditioned, new PipelineOptions { QueueLength = 0 });
        Refused("EK0854", Conditioned, new PipelineOptions { Delay = TimeSpan.FromSeconds(-1) });
    }

    private static AsynchronousPipeline Compile(Model model, DecoupledOptions options, PipelineOptions? pipeline = null) =>
        AsynchronousPipeline.Compile(model, Small.Loss, new Adam(), options, pipeline, DecoupledProgramTests.Plans());

    private static Func<Engine.BatchSlot, bool> Feed(int batches)
    {
        var (loader, taken) = (new Loader(Small.Rings(600, 1), new LoaderOptions { BatchSize = 30, Seed = 3 }), 0);
        return slot =>
        {
            if (taken++ == batches) return false;
            DecoupledProgramTests.Read(loader, slot);
            return true;
        };
    }
}
