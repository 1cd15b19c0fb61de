using System.Collections.Immutable;

namespace Evenkeel.Layers.Models;

/// <summary>Residual networks for images of about 224 x 224: a convolution of 7 x 7 and maximum pooling, four stages, the global mean and a linear layer.</summary>
/// <remarks>He et al., arXiv 1512.03385, table 1; layers, names and parameters are torchvision's. First weights: He's normal distribution over the outputs.</remarks>
public static class ResNet
{
    private static readonly ImmutableSortedDictionary<int, (int[] Blocks, bool IsBottleneck)> Plans = ImmutableSortedDictionary<int, (int[], bool)>.Empty
        .Add(18, ([2, 2, 2, 2], false))
        .Add(34, ([3, 4, 6, 3], false))
        .Add(50, ([3, 4, 6, 3], true));

    /// <summary>The depths: 18, 34 and 50.</summary>
    public static IEnumerable<int> Depths => Plans.Keys;

    /// <summary>Makes the layers.</summary>
    /// <param name="depth">One of <see cref="Depths"/>.</param>
    /// <param name="options">What can be chosen; checked when a model is built.</param>
    /// <param name="blocks">What can be chosen about the blocks; null for the defaults.</param>
    /// <exception cref="LayerException">EK0120: no such depth.</exception>
    public static Sequential Create(int depth, ModelOptions options, ResNetOptions? blocks = null)
    {
        if (!Plans.TryGetValue(depth, out var plan)) throw LayerErrors.BadOption(nameof(ResNet), "depth", depth, $"one of {string.Join(", ", Depths)}", "For other depths build the blocks from Residual layers.");
        var parts = new NetworkParts(options);
        var residual = new ResidualBlocks(parts, blocks?.Shortcut ?? ResNetShortcut.Projected, blocks?.ZeroLastGamma ?? false, plan.Blocks.Sum());
        List<NamedLayer> layers = [("conv1", parts.Convolution(64, 7, stride: 2))];
        parts.AddNorm(layers, "bn1");
        layers.Add(("activation", parts.Activation()));
        layers.Add(("maxpool", new MaxPool(3, 2, 1)));
        var channels = 64;
        for (var stage = 0; stage < plan.Blocks.Length; stage++)
            channels = residual.AddStage(layers, FormattableString.Invariant($"layer{stage + 1}"), plan.Blocks[stage], channels, 64 << stage, stage == 0 ? 1 : 2, plan.IsBottleneck);
        layers.Add(("avgpool", new GlobalAveragePool()));
        parts.AddDropout(layers, "dropout");
        parts.AddClassifier(layers, "fc");
        return new Sequential([.. layers]);
    }
}
