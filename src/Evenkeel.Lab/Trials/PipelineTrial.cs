using System.Collections.Immutable;
using System.Diagnostics;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Evaluation;

namespace Evenkeel.Lab.Trials;

/// <summary>A perceptron that is trained for a given time: by backpropagation, layer after layer, or with its layers on threads of their own. Both may rest before every pass of a layer.</summary>
/// <remarks>
/// Series: <c>batches</c>, <c>seconds</c>, <c>loss</c> and <c>error</c> on the test part at the end, <c>train_loss</c> in ten parts of the batches, <c>dropped</c>, the gradients that no module learned from.
/// What it gives depends on the machine's speed and load: the one trial whose numbers are times.
/// </remarks>
public sealed record PipelineTrial : Trial
{
    private const int EvaluationBatch = 1000;
    private const int Parts = 10;
    private const int BatchSize = 100;
    private const float Rate = 1e-3f;

    /// <summary>Layers with weights, the output counted.</summary>
    public required int Layers { get; init; }

    /// <summary>Units of a hidden layer. Default 256.</summary>
    public int Units { get; init; } = 256;

    /// <summary>Whether layers have threads of their own and conditioned modules; else they wait for each other.</summary>
    public required bool IsAsynchronous { get; init; }

    /// <summary>How long a layer rests before each pass, in milliseconds.</summary>
    public required int Delay { get; init; }

    /// <summary>How long to train.</summary>
    public required double Seconds { get; init; }

    /// <summary>The most batches; 0 (default) for no limit.</summary>
    public int MostBatches { get; init; }

    /// <summary>Of first weights and order.</summary>
    public required ulong Seed { get; init; }

    /// <inheritdoc/>
    public override string Dataset => Mnist.Name;

    /// <inheritdoc/>
    public override long Work => (long)Math.Ceiling(Seconds);

    /// <inheritdoc/>
    public override RunKey Key => new RunKey("pipeline", 1)
        .Add("layers", Layers).Add("units", Units).Add("asynchronous", IsAsynchronous).Add("delay", Delay).Add("seconds", Seconds).Add("most_batches", MostBatches).Add("seed", Seed);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var (training, test) = (context.Data!.Training, context.Data.Test);
        var model = Mlp.Create(new ModelOptions { Outputs = training.Target.ClassCount, Hidden = [.. Enumerable.Repeat(Units, Layers - 1)] }).Build(Shape.Batch(training.Shape.Length), Seed);
        var loss = new SoftmaxCrossEntropy();
        var size = Math.Min(BatchSize, training.Count);
        var plans = new PlanOptions { Capacity = size, Threads = 1, Seed = Seed };
        var loader = new Loader(training, new LoaderOptions { BatchSize = size, Seed = Seed, DropLast = true });
        var batch = loader.CreateSlot();
        var (clock, taken) = (new Stopwatch(), 0);
        bool Fill(Evenkeel.Engine.BatchSlot slot)
        {
            if (clock.Elapsed.TotalSeconds >= Seconds || (MostBatches > 0 && taken >= MostBatches) || context.Cancellation.IsCancellationRequested) return false;
            loader.Next(batch);
            slot.Count = batch.Count;
            batch.Assemble(0, 1, slot.Features, slot.Labels);
            taken++;
            return true;
        }

        double seconds;
        ImmutableArray<float> losses;
        long dropped = 0;
        if (IsAsynchronous)
        {
            using var pipeline = AsynchronousPipeline.Compile(model, loss, new Adam(), new DecoupledOptions { Gradients = GradientSource.Conditioned }, new PipelineOptions { Delay = TimeSpan.FromMilliseconds(Delay) }, plans);
            pipeline.LearningRate = Rate;
            clock.Start();
            var result = pipeline.Run(Fill, context.Cancellation);
            (seconds, losses, dropped) = (result.Seconds, result.Losses, result.Dropped);
        }
        else
        {
            using var program = DecoupledProgram.Compile(model, loss, new Adam(), new DecoupledOptions { Gradients = GradientSource.Backpropagation }, plans);
            program.LearningRate = Rate;
            program.Trace = Rest;
            var slot = program.CreateSlot();
            List<float> all = [];
            clock.Start();
            while (Fill(slot)) all.Add(program.Step(slot).Loss);
            (seconds, losses) = (clock.Elapsed.TotalSeconds, [.. all]);
        }

        context.Advance((int)Work);
        using var evaluator = new Evaluator(model, loss, options: new PlanOptions { Capacity = Math.Min(EvaluationBatch, test.Count), Threads = 1 });
        var summary = evaluator.Run(test, context.Cancellation);
        return new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["batches"] = [losses.Length],
            ["seconds"] = [seconds],
            ["loss"] = [summary.Loss],
            ["error"] = [1 - summary.Accuracy!.Value],
            ["train_loss"] = [.. Enumerable.Range(0, Parts).Select(part => losses[(losses.Length * part / Parts)..(losses.Length * (part + 1) / Parts)]).Where(static part => part.Length > 0).Select(static part => part.Average(static value => (double)value))],
            ["dropped"] = [dropped],
        };
    }

    private void Rest(SegmentEvent e)
    {
        if (Delay > 0 && e.Action is (SegmentAction.Forward or SegmentAction.Backward)) Thread.Sleep(Delay);
    }
}
