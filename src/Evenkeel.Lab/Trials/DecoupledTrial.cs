using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Evaluation;

namespace Evenkeel.Lab.Trials;

/// <summary>A batch-normalised perceptron or convolutional network whose layers are trained apart from each other by Adam, on one thread.</summary>
/// <remarks>
/// Series: <c>error</c> and <c>loss</c> on the test part, one number per checkpoint; <c>train_loss</c>, the loss of each of the first <see cref="FirstLosses"/> steps;
/// <c>cosine</c>, between the predicted and the true gradient at the end, per cut from below, on average over the first batches of the test part; <c>updates</c> per segment; <c>refused</c>, the steps in which something was not finite.
/// </remarks>
public sealed record DecoupledTrial : Trial
{
    private const int EvaluationBatch = 1000;
    private const int ReportEvery = 50;
    private const int AgreementBatches = 10;

    /// <summary>The dataset. Default MNIST.</summary>
    public string Data { get; init; } = Mnist.Name;

    /// <summary>Layers with weights, the output counted, as the paper counts them.</summary>
    public required int Layers { get; init; }

    /// <summary>Whether the hidden layers are convolutions of 3 x 3 with maximum pooling of 2 x 2; <see cref="Units"/> are their filters. Default no.</summary>
    public bool Convolutional { get; init; }

    /// <summary>Units of a hidden layer. Default 256.</summary>
    public int Units { get; init; } = 256;

    /// <summary>Where gradients come from.</summary>
    public required GradientSource Gradients { get; init; }

    /// <summary>Units of the modules' hidden layers; null (default) for the paper's.</summary>
    public ImmutableArray<int>? ModuleUnits { get; init; }

    /// <summary>Whether the last layer of the modules starts at random instead of zero. Default no.</summary>
    public bool RandomModules { get; init; }

    /// <summary>Whether inputs are predicted too. Default no.</summary>
    public bool SyntheticInputs { get; init; }

    /// <summary>The probability with which a segment is updated in a step. Default 1.</summary>
    public double UpdateProbability { get; init; } = 1;

    /// <summary>The rate of Adam.</summary>
    public required float Rate { get; init; }

    /// <summary>Whether the rate falls to a tenth at six tenths and to a hundredth at eight tenths of the steps, as the paper's does at 300,000 and 400,000 of 500,000. Default yes.</summary>
    public bool Falls { get; init; } = true;

    /// <summary>Samples per batch. Default 256, the paper's.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>How many steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Of first weights, order and updates.</summary>
    public required ulong Seed { get; init; }

    /// <summary>After which steps the network is evaluated, rising. Default at the end alone.</summary>
    public ImmutableArray<int>? Checkpoints { get; init; }

    /// <summary>Of how many first steps the loss is kept. Default none.</summary>
    public int FirstLosses { get; init; }

    /// <summary>Whether the predicted gradients are compared with the true ones at the end. Default no.</summary>
    public bool Compares { get; init; }

    /// <inheritdoc/>
    public override string Dataset => Data;

    /// <inheritdoc/>
    public override long Work => Steps;

    /// <inheritdoc/>
    public override RunKey Key => Convolutional ? Settings.Add("convolutional", Convolutional) : Settings;

    // What came later stands in the key where it is used, so that the keys of older runs stay.
    private RunKey Settings => new RunKey("decoupled", 1)
        .Add("layers", Layers).Add("units", Units).Add("gradients", Gradients.ToString()).Add("module_units", ModuleUnits is { } units ? string.Join('-', units) : "paper").Add("random_modules", RandomModules)
        .Add("synthetic_inputs", SyntheticInputs).Add("update_probability", UpdateProbability).Add("rate", Rate).Add("falls", Falls).Add("batch_size", BatchSize).Add("steps", Steps).Add("seed", Seed)
        .Add("checkpoints", Checkpoints is { } checkpoints ? checkpoints : "end").Add("first_losses", FirstLosses).Add("compares", Compares);

    /// <summary>How the layers are trained.</summary>
    public DecoupledOptions Options => new()
    {
        Gradients = Gradients,
        UpdateProbability = UpdateProbability,
        SyntheticInputs = SyntheticInputs,
        Modules = new ModuleOptions { Hidden = ModuleUnits, OutputWeights = RandomModules ? LeCun.Normal : Constant.Zero },
    };

    /// <summary>The untrained network.</summary>
    /// <param name="sample">The shape of a sample; grey images may leave the channel out.</param>
    /// <param name="classes">Outputs.</param>
    public Model Build(SampleShape sample, int classes)
    {
        ImmutableArray<int> hidden = [.. Enumerable.Repeat(Units, Layers - 1)];
        if (!Convolutional) return Mlp.Create(new ModelOptions { Outputs = classes, Hidden = hidden }).Build(Shape.Batch(sample.Length), Seed);
        var network = new Network { Architecture = Architecture.Convolutional, Widths = hidden, Norm = "batch" };
        return network.Create(classes).Build(sample.Rank == 2 ? Shape.Batch(sample[0], sample[1], 1) : Shape.Batch(sample.Dimensions), Seed);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var (training, test) = (context.Data!.Training, context.Data.Test);
        var model = Build(training.Shape, training.Target.ClassCount);
        var loss = new SoftmaxCrossEntropy();
        var batchSize = Math.Min(BatchSize, training.Count);
        using var program = DecoupledProgram.Compile(model, loss, new Adam(), Options, new PlanOptions { Capacity = batchSize, Threads = 1, Seed = Seed });
        var updates = new double[program.Segments.Length];
        program.Trace = e => updates[e.Segment - 1] += e.Action == SegmentAction.Update ? 1 : 0;
        using var evaluator = new Evaluator(model, loss, options: new PlanOptions { Capacity = Math.Min(EvaluationBatch, test.Count), Threads = 1 });

        var loader = new Loader(training, new LoaderOptions { BatchSize = batchSize, Seed = Seed, DropLast = true });
        var (batch, slot) = (loader.CreateSlot(), program.CreateSlot());
        List<double> errors = [], losses = [], first = [];
        var checkpoints = Checkpoints ?? [Steps];
        var (refused, reported) = (0, 0);
        for (var step = 1; step <= Steps; step++)
        {
            Read(loader, batch, slot);
            program.LearningRate = !Falls || step <= 0.6 * Steps ? Rate : step <= 0.8 * Steps ? Rate / 10 : Rate / 100;
            var result = program.Step(slot);
            if (!result.Committed) refused++;
            if (first.Count < FirstLosses) first.Add(result.Loss);
            if (errors.Count < checkpoints.Length && checkpoints[errors.Count] == step)
            {
                var summary = evaluator.Run(test, context.Cancellation);
                errors.Add(1 - summary.Accuracy!.Value);
                losses.Add(summary.Loss);
            }

            if (step % ReportEvery != 0 && step != Steps) continue;
            context.Advance(step - reported);
            reported = step;
        }

        var series = new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["error"] = [.. errors],
            ["loss"] = [.. losses],
            ["train_loss"] = [.. first],
            ["updates"] = updates,
            ["refused"] = [refused],
        };
        if (Compares) series["cosine"] = Cosines(program, test, batchSize, slot);
        return series;
    }

    private static double[] Cosines(DecoupledProgram program, Dataset test, int batchSize, Evenkeel.Engine.BatchSlot slot)
    {
        var loader = new Loader(test, new LoaderOptions { BatchSize = Math.Min(batchSize, test.Count), Shuffle = false, DropLast = true });
        var batch = loader.CreateSlot();
        var count = Math.Min(AgreementBatches, loader.BatchesPerEpoch);
        var sums = new double[program.Segments.Length - 1];
        for (var i = 0; i < count; i++)
        {
            Read(loader, batch, slot);
            var cosines = program.Agreement(slot);
            for (var cut = 0; cut < sums.Length; cut++) sums[cut] += cosines[cut] / count;
        }

        return sums;
    }

    private static void Read(Loader loader, Data.Loading.BatchSlot batch, Evenkeel.Engine.BatchSlot slot)
    {
        loader.Next(batch);
        slot.Count = batch.Count;
        batch.Assemble(0, 1, slot.Features, slot.Labels);
    }
}
