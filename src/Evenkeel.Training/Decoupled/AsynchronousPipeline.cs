using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Decoupled;

/// <summary>Segments of a model on threads of their own, joined by bounded queues: none waits for a gradient, and each is updated as soon as it has seen a batch.</summary>
/// <remarks>
/// A segment takes a batch from below, hands its output on, predicts the gradient of it, runs backward, is updated, and sends the gradient of its input down, where the module below learns from it when its thread next comes to it.
/// Which gradients a module has learned from at a given batch depends on the load of the machine, and so do the bits of the result; the schedule is logged. Jaderberg et al. 2016, sections 1 and 2.
/// </remarks>
public sealed class AsynchronousPipeline : IDisposable
{
    private readonly Model _model;
    private readonly Stage[] _stages;
    private readonly StageCounters _counters;
    private readonly PipelineOptions _options;
    private readonly InputNode _target;
    private readonly int _capacity;
    private readonly int _classes;
    private readonly float _moduleRate;

    private AsynchronousPipeline(Model model, Loss loss, UpdateMethod method, DecoupledOptions options, PipelineOptions pipeline, PlanOptions plans)
    {
        (_model, _options, _capacity) = (model, pipeline, plans.Capacity);
        _target = loss.Apply(model.Output).Target;
        _classes = _target.Elements == ElementKind.Integer ? model.Output.Shape.Channels : 0;
        if (options.Gradients == GradientSource.Conditioned && _classes == 0) throw DecoupledErrors.NoLabels(loss.Name);
        var cuts = SegmentCuts.Of(model, options.CutAfter);
        var memory = new UpdateMemory(model, method);
        // Every plan has a team of one: the thread of its segment.
        _stages = [.. Enumerable.Range(0, cuts.Length + 1).Select(i => Stage.Create(model, cuts, i, loss, memory, options, _classes, plans with { Team = null, Threads = 1 }))];
        _counters = new StageCounters(_stages.Length);
        _moduleRate = options.Modules.FactorFor(method);
        Segments = [.. _stages.Select(static stage => SegmentCuts.NameOf(stage.Part))];
    }

    /// <summary>The segments from below, each called by its layers with weights.</summary>
    public ImmutableArray<string> Segments { get; }

    /// <summary>The learning rate of the next run. Default 0.01.</summary>
    public float LearningRate { get; set; } = 0.01f;

    /// <summary>Takes a model apart and compiles its segments.</summary>
    /// <param name="model">The model to train; nobody else may use it while a run is going on.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="method">How parameters follow their gradients.</param>
    /// <param name="options">Where to cut, and how gradients are predicted.</param>
    /// <param name="pipeline">Queues and delays; null for the defaults.</param>
    /// <param name="plans">Capacity, width, seed; every segment has one thread.</param>
    /// <exception cref="TrainingException">EK0850 to EK0854 as <see cref="DecoupledProgram.Compile"/>. EK0858: the options make segments wait for each other.</exception>
    public static AsynchronousPipeline Compile(Model model, Loss loss, UpdateMethod method, DecoupledOptions options, PipelineOptions? pipeline = null, PlanOptions? plans = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(options);
        pipeline ??= new PipelineOptions();
        options.Check();
        pipeline.Check();
        ModuleOptions.RequirePlainSteps(method);
        if (!options.Predicts || options.SyntheticInputs || options.UpdateProbability < 1) throw DecoupledErrors.NotAsynchronous(options.ToString());
        return new AsynchronousPipeline(model, loss, method, options, pipeline, plans ?? new PlanOptions());
    }

    /// <summary>Trains until there is no further batch.</summary>
    /// <param name="fill">Fills the memory with the next batch; false where there is none. Called on the first segment's thread.</param>
    /// <param name="cancellation">Ends the run after the batches that are on their way.</param>
    /// <exception cref="TrainingException">EK0855: a label is out of range.</exception>
    /// <exception cref="EngineException">EK0202: bad count. EK1001: one value per channel.</exception>
    public PipelineResult Run(Func<BatchSlot, bool> fill, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fill);
        using var failure = new CancellationTokenSource();
        var run = new PipelineRun(_stages.Length, _options.QueueLength, failure);
        var clock = Stopwatch.StartNew();
        Task Start(int index) => Task.Factory.StartNew(() => Work(index, run, fill, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task.WaitAll([.. Enumerable.Range(0, _stages.Length).Select(Start)], CancellationToken.None);
        if (run.Failure is { } error) ExceptionDispatchInfo.Throw(error);
        return run.Result(clock.Elapsed.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stage in _stages) stage.Dispose();
    }

    private void Work(int index, PipelineRun run, Func<BatchSlot, bool> fill, CancellationToken cancellation)
    {
        try
        {
            var stage = _stages[index];
            var first = index == 0 ? BatchSlot.Create(_capacity, _model.Input.Output.Shape, _target) : null;
            for (long number = 0; Next(index, number, run, first, fill, cancellation) is { } batch; number++)
            {
                if (stage.Gradient is not null)
                {
                    while (run.Gradients[index].TryTake(out var learned)) Learn(index, learned, run);
                }

                Train(index, batch, first ?? stage.Slot!, run);
            }
        }
        catch (Exception error)
        {
            run.Fail(error);
        }
        finally
        {
            if (index + 1 < _stages.Length) run.Batches[index + 1].CompleteAdding();
        }
    }

    /// <summary>The next batch of a segment, its values already in the segment's memory; null where there is none.</summary>
    private PipelineBatch? Next(int index, long number, PipelineRun run, BatchSlot? first, Func<BatchSlot, bool> fill, CancellationToken cancellation)
    {
        if (first is null)
        {
            if (!run.Batches[index].TryTake(out var batch, Timeout.Infinite, run.Stop)) return null;
            var slot = _stages[index].Slot!;
            slot.Count = batch.Count;
            batch.Values.CopyTo(slot.Features);
            if (index == _stages.Length - 1 && _classes > 0) batch.Labels.CopyTo(slot.Labels);
            else if (index == _stages.Length - 1) batch.Targets.CopyTo(slot.Targets);
            return batch;
        }

        if (cancellation.IsCancellationRequested || run.Stop.IsCancellationRequested || !fill(first)) return null;
        foreach (var stage in _stages)
        {
            stage.Plan.Require(first.Count);
            stage.Gradient?.Require(first.Count);
        }

        int[] labels = _classes > 0 ? [.. first.Labels[..first.Count]] : [];
        foreach (var label in labels)
        {
            if ((uint)label >= (uint)_classes) throw DecoupledErrors.LabelOutOfRange(label, _classes);
        }

        return new PipelineBatch(number, first.Count, [], labels, _classes > 0 ? [] : [.. first.Targets[..(first.Count * first.TargetsPerSample)]]);
    }

    private void Train(int index, PipelineBatch batch, BatchSlot slot, PipelineRun run)
    {
        var (stage, plan) = (_stages[index], _stages[index].Plan);
        Rest();
        run.Log(SegmentAction.Forward, stage.Number, batch.Number);
        plan.Attempt = batch.Number;
        plan.Forward(slot);
        float[] output = [.. plan.Output];
        if (stage.Gradient is { } module)
        {
            run.Batches[index + 1].Add(batch with { Values = output }, run.Stop);
            module.Predict(output, batch.Labels, batch.Count, 1f / batch.Count, plan.Late);
        }
        else
        {
            run.Losses.Add(plan.Loss);
        }

        Rest();
        run.Log(SegmentAction.Backward, stage.Number, batch.Number);
        plan.Backward();
        if (plan.Check().IsFinite)
        {
            run.Log(SegmentAction.Update, stage.Number, batch.Number);
            plan.Commit(_counters.OfSegment(index), LearningRate, GradientChange.None);
            _counters.CountSegment(index);
        }
        else
        {
            run.CountSkipped();
        }

        if (index > 0 && !run.Gradients[index - 1].TryAdd(new PipelineGradient(batch, [.. plan.InputGradient]))) run.CountDropped();
    }

    /// <summary>The gradient belongs to a batch that has passed: the module looks at it again.</summary>
    private void Learn(int index, PipelineGradient learned, PipelineRun run)
    {
        var (module, batch) = (_stages[index].Gradient!, learned.Batch);
        run.Log(SegmentAction.LearnGradient, _stages[index].Number, batch.Number);
        module.Look(batch.Values, batch.Labels, batch.Count);
        if (module.Learn(learned.Values, batch.Count, _counters.OfGradient(index), LearningRate * _moduleRate)) _counters.CountGradient(index);
    }

    private void Rest()
    {
        if (_options.Delay > TimeSpan.Zero) Thread.Sleep(_options.Delay);
    }
}
