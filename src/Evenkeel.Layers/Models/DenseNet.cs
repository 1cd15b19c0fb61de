using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>Densely connected networks with bottlenecks and compression (DenseNet-BC) for images of 32 x 32: a convolution of 3 x 3, three dense blocks with transitions between them, the global mean and a linear layer.</summary>
/// <remarks>
/// Huang et al., arXiv 1608.06993, section 3: every layer is normalisation, nonlinearity, 1 x 1 convolution to 4 k channels, normalisation, nonlinearity, 3 x 3 convolution to k channels; transitions halve channels, height and width.
/// Tensors are named as torchvision's: <c>features.conv0.weight</c>, <c>features.denseblock1.denselayer1.norm1.gamma</c>, ..., <c>classifier.weight</c>. First weights: He's normal distribution over the inputs.
/// </remarks>
public static class DenseNet
{
    private const int Blocks = 3;
    private const int Bottleneck = 4;

    /// <summary>Makes the layers.</summary>
    /// <param name="depth">The number of weight layers, 6 n + 4 for n layers per block: 40, 100, 190, ...</param>
    /// <param name="growth">k, the channels that a layer adds, 1 or more: 12, 24, 40.</param>
    /// <param name="options">What can be chosen; checked when a model is built.</param>
    /// <exception cref="LayerException">EK0120: no such depth or growth.</exception>
    public static Sequential Create(int depth, int growth, ModelOptions options)
    {
        if (depth < 10 || depth % 6 != 4) throw LayerErrors.BadOption(nameof(DenseNet), "depth", depth, "6 n + 4 with n of 1 or more", "Published depths are 40, 100 and 190.");
        if (growth < 1) throw LayerErrors.BadOption(nameof(DenseNet), "growth", growth, "at least 1", "Published growth rates are 12, 24 and 40.");
        var parts = new NetworkParts(options);
        var channels = 2 * growth;
        List<NamedLayer> layers = [("features.conv0", Convolution(parts, channels, 3))];
        for (var block = 1; block <= Blocks; block++)
        {
            for (var layer = 1; layer <= (depth - 4) / 6; layer++, channels += growth)
                layers.Add((FormattableString.Invariant($"features.denseblock{block}.denselayer{layer}"), new DenseConnection(Layer(parts, growth))));
            if (block == Blocks) break;
            var name = FormattableString.Invariant($"features.transition{block}");
            AddPreactivation(layers, parts, $"{name}.norm", $"{name}.activation");
            layers.Add(($"{name}.conv", Convolution(parts, channels /= 2, 1)));
            layers.Add(($"{name}.pool", new AveragePool(2)));
        }

        AddPreactivation(layers, parts, "features.norm5", "features.activation5");
        layers.Add(("avgpool", new GlobalAveragePool()));
        parts.AddClassifier(layers, "classifier");
        return new Sequential([.. layers]);
    }

    private static Sequential Layer(NetworkParts parts, int growth)
    {
        List<NamedLayer> layers = [];
        AddPreactivation(layers, parts, "norm1", "activation1");
        layers.Add(("conv1", Convolution(parts, Bottleneck * growth, 1)));
        AddPreactivation(layers, parts, "norm2", "activation2");
        layers.Add(("conv2", Convolution(parts, growth, 3)));
        parts.AddDropout(layers, "dropout");
        return new Sequential([.. layers]);
    }

    private static void AddPreactivation(List<NamedLayer> layers, NetworkParts parts, string norm, string activation)
    {
        parts.AddNorm(layers, norm);
        layers.Add((activation, parts.Activation()));
    }

    // Normalisation stands before the convolutions, so most of them have no bias that it could cancel; the published network has none anywhere.
    private static Convolution Convolution(NetworkParts parts, int filters, int kernel) => new(filters, kernel, new ConvolutionOptions
    {
        Padding = kernel / 2,
        Bias = BiasUse.Never,
        Reparametrization = parts.Options.Weights,
        WeightInitializer = parts.Options.WeightInitializer ?? He.Normal,
    });
}
