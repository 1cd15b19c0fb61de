using System.Collections.Immutable;

namespace Evenkeel.Layers.Models;

/// <summary>Residual networks for images of 32 x 32: a convolution of 3 x 3, three stages of basic blocks with 16, 32 and 64 channels, the global mean and a linear layer.</summary>
/// <remarks>
/// He et al., arXiv 1512.03385, section 4.2; without shortcuts the plain networks that it compares with. Tensors are named as torchvision's residual networks: <c>conv1.weight</c>, <c>bn1.gamma</c>,
/// <c>layer1.0.conv1.weight</c>, ..., <c>fc.weight</c>. First weights: He's normal distribution over the outputs.
/// </remarks>
public static class CifarResNet
{
    /// <summary>The published depths: <c>resnet20</c>, with option B <c>resnet20-b</c>, without shortcuts <c>plain20</c>, and so on.</summary>
    public static ImmutableArray<int> Depths { get; } = [20, 32, 44, 56, 110];

    /// <summary>Makes the layers.</summary>
    /// <param name="depth">The number of weight layers, 6 n + 2 for n blocks per stage: 8, 14, 20, ...</param>
    /// <param name="options">What can be chosen; checked when a model is built.</param>
    /// <param name="blocks">What can be chosen about the blocks; null for the defaults.</param>
    /// <exception cref="LayerException">EK0120: no such depth.</exception>
    public static Sequential Create(int depth, ModelOptions options, ResNetOptions? blocks = null)
    {
        if (depth < 8 || depth % 6 != 2) throw LayerErrors.BadOption(nameof(CifarResNet), "depth", depth, "6 n + 2 with n of 1 or more", $"The published depths are {string.Join(", ", Depths)}.");
        var parts = new NetworkParts(options);
        var residual = new ResidualBlocks(parts, blocks?.Shortcut ?? ResNetShortcut.ZeroPadded, blocks?.ZeroLastGamma ?? false, (depth - 2) / 2);
        List<NamedLayer> layers = [("conv1", parts.Convolution(16, 3))];
        parts.AddNorm(layers, "bn1");
        layers.Add(("activation", parts.Activation()));
        var count = (depth - 2) / 6;
        var channels = residual.AddStage(layers, "layer1", count, 16, 16, 1, isBottleneck: false);
        channels = residual.AddStage(layers, "layer2", count, channels, 32, 2, isBottleneck: false);
        residual.AddStage(layers, "layer3", count, channels, 64, 2, isBottleneck: false);
        layers.Add(("avgpool", new GlobalAveragePool()));
        parts.AddDropout(layers, "dropout");
        parts.AddClassifier(layers, "fc");
        return new Sequential([.. layers]);
    }
}
