using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Rewriting;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Lab.Workloads;

/// <summary>A network trained on the classes 0 to 4, whose layers but the last one then serve the classes 5 to 9 with few labels.</summary>
/// <remarks>
/// Series with one number per number of labels, all of them test accuracies on the classes 5 to 9: <c>scratch</c>, a new network; <c>frozen</c>, a new last layer on frozen ones; <c>tuned</c>, the same with nothing frozen;
/// and frozen layers whose normalisation is left in training mode: <c>moving</c> (batch statistics, running ones follow) and <c>still</c> (batch statistics, running ones stay). <c>source</c> is the accuracy on the classes 0 to 4.
/// </remarks>
internal sealed record TransferTrial : Trial
{
    private const int Classes = 5;
    private const int MostTest = 2000;

    /// <summary>The network and how it is trained on the first classes.</summary>
    public required TrainingTrial Source { get; init; }

    /// <summary>Labels per class, rising.</summary>
    public required ImmutableArray<int> Labels { get; init; }

    /// <summary>Steps on the other classes.</summary>
    public required int Steps { get; init; }

    public override string Dataset => Source.Dataset;

    public override long Work => Source.Steps + ((long)Arms.Length * Labels.Length * Steps);

    public override RunKey Key
    {
        get
        {
            var key = new RunKey("transfer", 1).Add("labels", Labels).Add("steps", Steps);
            foreach (var (name, value) in Source.Key.Settings) key.Add($"source_{name}", value);
            return key;
        }
    }

    private static readonly (string Name, Func<Model, Model, Model> Prepare)[] Arms =
    [
        ("scratch", static (fresh, _) => fresh),
        ("frozen", static (fresh, source) => WithBackbone(fresh, source).Freeze(ModelTransfer.BackboneOf(fresh).AsSpan())),
        ("tuned", WithBackbone),
        ("moving", static (fresh, source) => HalfFrozen(fresh, source, static options => options with { TrainScaleAndShift = false })),
        ("still", static (fresh, source) => HalfFrozen(fresh, source, static options => options with { TrainScaleAndShift = false, UpdateRunningStatistics = false })),
    ];

    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var data = context.Data!;
        var shape = data.Training.Shape.Rank == 2 ? SampleShape.Create([data.Training.Shape[0], data.Training.Shape[1], 1]) : data.Training.Shape;
        DatasetParts Part(int first, int perClass) => new(data.Name, Select(data.Training, shape, first, perClass, int.MaxValue, Source.Seed), Select(data.Test, shape, first, int.MaxValue, MostTest, 0), data.Source);
        var source = Source.Run(context with { Data = Part(0, int.MaxValue) }, out var pretrained);
        var series = Arms.ToDictionary(static arm => arm.Name, _ => new double[Labels.Length], StringComparer.Ordinal);
        for (var i = 0; i < Labels.Length; i++)
        {
            var part = Part(Classes, Labels[i]);
            var trial = Source with { Samples = 0, Steps = Steps, Checkpoints = [Steps] };
            foreach (var (name, prepare) in Arms)
            {
                var fresh = Source.Network.Create(Classes).Build(Shape.Batch(shape.Dimensions), Source.Seed + 1);
                series[name][i] = trial.Run(context with { Data = part }, prepare(fresh, pretrained))["accuracy"][^1];
            }
        }

        series["source"] = [source["accuracy"][^1]];
        return series;
    }

    private static Model WithBackbone(Model fresh, Model source)
    {
        fresh.CopyBackboneFrom(source);
        return fresh;
    }

    /// <summary>Constant parameters, normalisation as the options say.</summary>
    private static Model HalfFrozen(Model fresh, Model source, Func<BatchNormOptions, BatchNormOptions> normalization)
    {
        var layers = ModelTransfer.BackboneOf(fresh);
        var output = FreezeLayers.Apply(fresh.Output, name => layers.Any(layer => ModelTransfer.BelongsTo(name, layer)), normalization);
        return WithBackbone(new Model(fresh.Input, output, fresh.Seed), source);
    }

    /// <summary>Samples of five classes, in the order of the seed; they become the classes 0 to 4.</summary>
    private static Data.Datasets.Dataset Select(Data.Datasets.Dataset data, SampleShape shape, int first, int perClass, int most, ulong seed)
    {
        var (taken, samples) = (new int[Classes], new List<(float[] Features, int Label)>());
        var random = new RandomStream(seed, "labels");
        foreach (var i in Enumerable.Range(0, data.Count).OrderBy(index => random.Word((ulong)index)))
        {
            if (samples.Count == most) break;
            var label = data.ReadLabel(i) - first;
            if ((uint)label >= Classes || taken[label] >= perClass) continue;
            taken[label]++;
            var features = new float[data.Shape.Length];
            data.Read(i, features);
            samples.Add((features, label));
        }

        return Data.Datasets.Dataset.From(samples, shape, ["0", "1", "2", "3", "4"], data.Name);
    }
}
