using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;

namespace Evenkeel.Training.Tests.Support;

/// <summary>A small problem that a small network learns in a few epochs: three classes as rings around the origin, with noise.</summary>
public static class Small
{
    public const int Features = 6;
    public const int Classes = 3;
    public const int Side = 8;

    public static Loss Loss { get; } = new SoftmaxCrossEntropy();

    public static Dataset Rings(int count, int seed, string name = "rings")
    {
        var random = new SeededRandom((ulong)seed);
        var samples = new float[count * Features];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = i % Classes;
            var length = 0.0;
            var direction = new double[Features];
            for (var f = 0; f < Features; f++)
            {
                direction[f] = random.NextNormal();
                length += direction[f] * direction[f];
            }

            var radius = 1 + labels[i] + (0.15 * random.NextNormal());
            for (var f = 0; f < Features; f++) samples[(i * Features) + f] = (float)((direction[f] / Math.Sqrt(length) * radius) + 5);
        }

        return Dataset.From(samples, [Features], labels, name: name);
    }

    /// <summary>Noisy images of 8 x 8 in two colours; the class is where the bright stripe stands.</summary>
    public static Dataset Stripes(int count, int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var samples = random.Floats(count * Side * Side * 2, 0, 0.3f);
        var labels = Enumerable.Range(0, count).Select(static i => i % Classes).ToArray();
        for (var i = 0; i < count; i++)
        {
            for (var x = 0; x < Side; x++) samples[(((i * Side) + 1 + (2 * labels[i])) * Side * 2) + (2 * x)] += 1;
        }

        return Dataset.From(samples, [Side, Side, 2], labels, name: "stripes");
    }

    public static Model ImageModel(ulong seed = 7) =>
        ModelTable.Create("mlp", new ModelOptions { Outputs = Classes, Hidden = [24], Normalization = NormalizationKind.Batch }).Build(Shape.Batch(Side, Side, 2), seed);

    public static Model Model(ulong seed = 7, float dropout = 0, NormalizationKind? normalization = null) =>
        ModelTable.Create("mlp", new ModelOptions { Outputs = Classes, Hidden = [24, 16], Dropout = dropout, Normalization = normalization ?? NormalizationKind.Batch }).Build(Shape.Batch(Features), seed);

    public static TrainerOptions Options { get; } = new()
    {
        Optimizer = new Momentum(),
        LearningRate = 0.05f,
        BatchSize = 32,
        Epochs = 4,
        Seed = 11,
        Validation = 90,
        Threads = 2,
    };

    public static TrainerOptions With(this TrainerOptions options, params Callback[] callbacks) => options with { Callbacks = [.. options.Callbacks, .. callbacks] };
}
