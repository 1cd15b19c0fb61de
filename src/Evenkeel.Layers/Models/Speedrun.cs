using Evenkeel.Graph.Normalization;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>A network for CIFAR-10 that learns in ten epochs: a fixed convolution of 2 x 2 that whitens patches, three groups of two convolutions of 3 x 3 with 64, 256 and 256 channels, and a scaled linear layer.</summary>
/// <remarks>
/// Jordan, arXiv 2404.00498, section 3.1, after networks of D. Page and T. Balsam. A group is convolution, maximum of 2 x 2, normalisation, GELU, convolution, normalisation, GELU; normalisation has no gamma and averages fast.
/// The whitening filters (<c>whiten.weight</c>) are not trained: they begin at random and are to be set from the data, by <c>PatchWhitening</c> in the training room or by <c>evenkeel train cifar10 --recipe speedrun</c>.
/// </remarks>
public static class Speedrun
{
    /// <summary>The layer whose fixed filters whiten patches.</summary>
    public const string WhiteningLayer = "whiten";

    private const int Patch = 2;
    private const int LastPool = 3;
    private const float HeadScale = 1f / 9;
    private static readonly int[] Widths = [64, 256, 256];

    // Normalised patches have few directions of small variance; an epsilon beside them would shrink those.
    private static readonly BatchNormOptions FastNorm = new() { Epsilon = 1e-12f, RunningAverage = RunningAverage.UpdateRate(0.4f), Scale = AffineParameter.Off };

    /// <summary>Makes the layers.</summary>
    /// <param name="options">Outputs, activation (default <c>gelu</c>), normalisation and dropout; checked when a model is built.</param>
    public static Sequential Create(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var parts = new NetworkParts(options, "gelu");
        // Both signs of every direction, for three colours.
        const int Filters = 2 * Patch * Patch * 3;
        List<NamedLayer> layers =
        [
            (WhiteningLayer, new Convolution(Filters, Patch, new ConvolutionOptions { TrainsWeight = false, WeightInitializer = options.WeightInitializer ?? He.NormalFanOut })),
            ("activation", parts.Activation()),
        ];
        for (var i = 0; i < Widths.Length; i++) layers.Add((FormattableString.Invariant($"group{i + 1}"), Group(parts, Widths[i])));
        layers.Add(("pool", new MaxPool(LastPool)));
        layers.Add(("flatten", new Flatten()));
        parts.AddDropout(layers, "dropout");
        layers.Add(("head", new Dense(options.Outputs, new DenseOptions { Bias = BiasUse.Never, WeightInitializer = options.WeightInitializer ?? NetworkParts.Linear })));
        layers.Add(("scale", new Scale(HeadScale)));
        return new Sequential([.. layers]);
    }

    private static Sequential Group(NetworkParts parts, int width)
    {
        List<NamedLayer> layers = [("conv1", Convolution(parts, width)), ("pool", new MaxPool(2))];
        AddNorm(parts, layers, "bn1");
        layers.Add(("activation1", parts.Activation()));
        layers.Add(("conv2", Convolution(parts, width)));
        AddNorm(parts, layers, "bn2");
        layers.Add(("activation2", parts.Activation()));
        return new Sequential([.. layers]);
    }

    // Normalisation behind the pooling subtracts any bias again.
    private static Convolution Convolution(NetworkParts parts, int width) => new(width, 3, new ConvolutionOptions
    {
        Padding = 1,
        Bias = parts.Options.Normalization == NormalizationKind.None ? BiasUse.Always : BiasUse.Never,
        Reparametrization = parts.Options.Weights,
        WeightInitializer = parts.Options.WeightInitializer ?? new PartialIdentity(),
    });

    private static void AddNorm(NetworkParts parts, List<NamedLayer> layers, string name)
    {
        if (parts.Options.Normalization == NormalizationKind.Batch) layers.Add((name, new BatchNorm(FastNorm)));
        else parts.AddNorm(layers, name);
    }
}
