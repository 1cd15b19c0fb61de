using System.Diagnostics;
using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Checkpoints;

/// <summary>Runs of recurrent layers that carry their state from batch to batch, interrupted and resumed.</summary>
public sealed class CarriedResumeTests
{
    private const int Steps = 5, Features = 3, Batch = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // 12 steps an epoch: 17 and 20 lie within the second.
    private static readonly TrainerOptions Options = Small.Options with { BatchSize = Batch, Epochs = 3, Shuffle = false, Standardize = false, Validation = 0 };

    [Theory]
    [InlineData("lstm", 17)]
    [InlineData("gru", 12)]
    [InlineData("rnn", 1)]
    public void A_cancelled_run_resumes_to_the_bits_of_an_uninterrupted_one(string cell, int step)
    {
        using var folder = new TemporaryFolder();
        var whole = Fit(cell, folder["whole"]);
        using var source = new CancellationTokenSource();
        var cancelled = new Trainer(Model(cell), Small.Loss, (Options with { RunFolder = folder["cut"] }).With(new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step == step) source.Cancel();
            },
        })).Fit(Signals(), Signals(), null, source.Token);
        Assert.Equal((TrainOutcome.Cancelled, step), (cancelled.Outcome, cancelled.Steps));
        AssertSame(whole, new Trainer(Model(cell), Small.Loss, Options with { Threads = 1 }).Resume(folder["cut"], Signals(), Signals()));
    }

    [Fact]
    public void A_killed_process_resumes_to_the_bits_of_an_uninterrupted_run()
    {
        using var folder = new TemporaryFolder();
        var whole = Fit("lstm", folder["whole"]);

        // The child writes a checkpoint within an epoch, at step 17, goes on to step 20, and is killed there without warning.
        using (var child = ChildProcess.Start(TrainUntilKilled, [folder["cut"], folder["ready"]]))
        {
            var watch = Stopwatch.StartNew();
            while (!File.Exists(folder["ready"]) && watch.Elapsed < Patience && !child.HasExited) Thread.Sleep(20);
            Assert.True(File.Exists(folder["ready"]), child.HasExited ? child.StandardError.ReadToEnd() : "the child did not get there");
            child.Kill();
            child.WaitForExit();
        }

        using (var last = Checkpoint.Open(RunDirectory.Open(folder["cut"]).LastCheckpointPath))
        {
            Assert.Equal(17, last.Step);
            Assert.Contains(last.Tensors, static tensor => tensor.Name == "optimizer/carried/hidden.carried_c");
        }

        AssertSame(whole, new Trainer(Model("lstm"), Small.Loss, Options).Resume(folder["cut"], Signals(), Signals()));
    }

    [Fact]
    public void The_state_decides_bits_and_samples_come_in_their_own_order()
    {
        var carried = new Trainer(Model("lstm"), Small.Loss, Options).Fit(Signals());
        Assert.NotEqual(carried.WeightsHash, new Trainer(Model("lstm", carries: false), Small.Loss, Options).Fit(Signals()).WeightsHash);
        Assert.NotEqual(carried.WeightsHash, new Trainer(Model("lstm"), Small.Loss, Options with { Shuffle = true }).Fit(Signals()).WeightsHash);
        Assert.Equal(carried.WeightsHash, new Trainer(Model("lstm"), Small.Loss, Options with { Seed = 99 }).Fit(Signals()).WeightsHash);
    }

    [Fact]
    public void A_predictor_carries_nothing_from_call_to_call()
    {
        using var predictor = new Predictor(Model("gru"));
        var sample = new SeededRandom(4).Floats(Steps * Features);
        var first = predictor.Predict(sample).Outputs;
        Assert.Equal(first, predictor.Predict(sample).Outputs);
    }

    private static void TrainUntilKilled(string[] arguments) =>
        new Trainer(Model("lstm"), Small.Loss, (Options with { RunFolder = arguments[0] }).With(new Stopper(arguments[1]))).Fit(Signals(), Signals());

    private static TrainResult Fit(string cell, string folder) => new Trainer(Model(cell), Small.Loss, Options with { RunFolder = folder }).Fit(Signals(), Signals());

    private static void AssertSame(TrainResult expected, TrainResult actual)
    {
        Assert.Equal(expected.WeightsHash, actual.WeightsHash);
        Assert.Equal((expected.TestLoss, expected.TrainLoss, expected.Steps, expected.Commits), (actual.TestLoss, actual.TrainLoss, actual.Steps, actual.Commits));
    }

    private static Model Model(string cell, bool carries = true)
    {
        var options = new RecurrentOptions { CarriesState = carries, Output = RecurrentOutput.Last };
        Layer hidden = cell switch { "lstm" => new Lstm(8, options), "gru" => new Gru(8, options), _ => new Rnn(8, options) };
        return new Sequential(("hidden", hidden), ("out", new Dense(Small.Classes))).Build(Shape.Batch(Steps, Features), 5);
    }

    /// <summary>Sequences whose class was told by the sequence in the same row of the batch before; 11 samples in the last batch.</summary>
    private static Dataset Signals()
    {
        const int count = (11 * Batch) + 11;
        var random = new SeededRandom(9);
        var x = random.Floats(count * Steps * Features, 0, 0.3f);
        var labels = Enumerable.Range(0, count).Select(_ => (int)(3 * random.Uniforms(1, 0, 1)[0])).ToArray();
        for (var sample = 0; sample < count - Batch; sample++) x[((((sample + 1) * Steps) - 1) * Features) + labels[sample + Batch]] += 1;
        return Dataset.From(x, [Steps, Features], labels, name: "signals");
    }

    private sealed class Stopper(string ready) : Callback
    {
        public override void OnStep(in StepEvent step, FitContext context)
        {
            if (step.Step == 17) context.RequestCheckpoint();
            if (step.Step != 20) return;
            File.WriteAllText(ready, "");
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
