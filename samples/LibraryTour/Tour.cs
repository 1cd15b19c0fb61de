using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Records.RunLog;
using Evenkeel.Training;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;

namespace LibraryTour;

/// <summary>What a program does with the library, piece by piece; docs/guide/library.md explains it.</summary>
public static class Tour
{
    private const int Count = 600;
    private const int Features = 6;

    /// <summary>Runs all pieces.</summary>
    /// <param name="output">Where results are written.</param>
    /// <param name="folder">A folder for runs and checkpoints; it must not exist.</param>
    public static async Task RunAsync(TextWriter output, string folder)
    {
        ArgumentNullException.ThrowIfNull(output);
        var (rows, labels) = Measurements();
        foreach (var data in OwnData(rows, labels)) await output.WriteLineAsync($"{data.Count} samples of {data.Shape}, {data.Target}");
        var samples = Dataset.From(rows, labels, classNames: ["below", "above"]);

        var run = Path.Combine(folder, "run");
        await output.WriteLineAsync($"stopped: {(await FitUntilStopped(samples, run)).Outcome}");
        var result = await Resume(samples, run);
        await output.WriteLineAsync($"resumed: {result.Outcome} after {result.Steps} steps, {result.TestAccuracy:P1}");

        await output.WriteLineAsync(Serve(run, rows));
        await output.WriteLineAsync($"loss of a loop: {Loop(samples):F3}");
        await output.WriteLineAsync($"saved and loaded branches agree: {SaveAndLoad(samples, folder)}");
    }

    /// <summary>A small network.</summary>
    public static Model Network()
    {
        var model = new Sequential(
            ("hidden", new Dense(16)), ("hidden.bn", new BatchNorm()), ("hidden.relu", new Relu()),
            ("output", new Dense(2))).Build(Shape.Batch(Features), seed: 1);
        return model;
    }

    private static (float[][] Rows, int[] Labels) Measurements()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, Features).Select(_ => random.NextSingle()).ToArray()).ToArray();
        return (rows, [.. rows.Select(static row => row[0] + row[1] > row[2] + row[3] ? 1 : 0)]);
    }

    private static Dataset[] OwnData(float[][] rows, int[] labels)
    {
        var flat = rows.SelectMany(static row => row).ToArray();

        var arrays = Dataset.From(rows, labels);
        var memory = Dataset.From(flat, [Features], labels);             // as it is, without a copy
        var spans = Dataset.Copy(flat.AsSpan(), [Features], labels.AsSpan());
        var sequence = Dataset.From(rows.Zip(labels));                   // read once
        var byIndex = Dataset.From(rows.Length, [Features],              // read whenever it is needed, by several threads at once
            (index, features) => rows[index].CopyTo(features), index => labels[index], TargetSpec.Classes(["below", "above"]));
        return [arrays, memory, spans, sequence, byIndex];
    }

    private static async Task<TrainResult> FitUntilStopped(Dataset samples, string run)
    {
        using var stop = new CancellationTokenSource();
        var watch = new DelegateCallback
        {
            Step = (in StepEvent step) =>
            {
                if (step.Step == 50) stop.Cancel();
            },
        };
        var trainer = new Trainer(Network(), new SoftmaxCrossEntropy(), Options with { RunFolder = run, Callbacks = [watch] });
        return await trainer.FitAsync(samples, samples, progress: null, stop.Token);
    }

    private static TrainerOptions Options { get; } = new() { LearningRate = 0.1f, BatchSize = 32, Epochs = 20, Validation = 60, Seed = 1 };

    private static async Task<TrainResult> Resume(Dataset samples, string run)
    {
        return await new Trainer(Network(), new SoftmaxCrossEntropy(), Options).ResumeAsync(run, samples, samples);
    }

    private static string Serve(string run, float[][] rows)
    {
        using var predictor = Predictor.Load(run);
        var one = predictor.Predict(rows[0]);
        var several = predictor.PredictBatch(rows.Take(100).SelectMany(static row => row).ToArray());
        var outputs = new float[predictor.OutputCount];
        predictor.Predict(rows[0], outputs);                             // allocates nothing

        // Any number of threads may ask at once.
        var classes = rows.Take(100).AsParallel().AsOrdered().Select(row => predictor.Predict(row).Class).ToArray();
        var same = classes.SequenceEqual(several.Select(static prediction => prediction.Class));
        return $"{one.ClassName} with {one.Probability:P0}; side by side the same: {same}";
    }

    private static float Loop(Dataset samples)
    {
        var model = Network();
        model.Parameters["output.bias"].CopyFrom([0.1f, -0.1f]);
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Adam(), new PlanOptions { Capacity = 32 });
        var loader = new Loader(samples, new LoaderOptions { BatchSize = 32, Seed = 1 });
        var last = default(StepResult);
        for (var epoch = 0; epoch < 5; epoch++)
        {
            plan.LearningRate = 0.01f / (epoch + 1);
            foreach (var batch in loader.Batches(epoch)) last = plan.Step(batch.Features, batch.Labels);
        }

        return last.Loss;
    }

    /// <summary>Two branches that are added.</summary>
    private static Model Branches() => new Functional((scope, x) =>
    {
        var deep = scope.Apply("deep", new Sequential(new Dense(8), new BatchNorm(), new Relu()), x);
        var flat = scope.Apply("flat", new Dense(8), x);
        return scope.Apply("output", new Dense(2), new AddNode(scope.NameOf("sum"), deep, flat).Output);
    }).Build(Shape.Batch(Features), seed: 1);

    private static bool SaveAndLoad(Dataset samples, string folder)
    {
        var model = Branches();
        new Trainer(model, new SoftmaxCrossEntropy(), Options).Fit(samples);
        var path = Path.Combine(folder, "branches.safetensors");
        Checkpoint.Save(path, model);

        // Networks of layers come back by themselves: Checkpoint.LoadModel(path). Code is run again, and the values are filled in.
        var loaded = Branches();
        using (var checkpoint = Checkpoint.Open(path)) checkpoint.LoadInto(loaded);
        return WeightsHash.Of(loaded) == WeightsHash.Of(model);
    }
}
