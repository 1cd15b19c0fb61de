using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>VGG networks: stacks of 3 x 3 convolutions with maximum pooling between them, each convolution followed by normalisation and nonlinearity.</summary>
/// <remarks>
/// Simonyan and Zisserman, arXiv 1409.1556, table 1 (A, B, D, E); layers and names are torchvision's: <c>features.0.weight</c>, <c>features.1.gamma</c>, ... For images of 32 x 32
/// one linear layer follows the five poolings, <c>classifier.weight</c>; the head for ImageNet has two hidden layers of 4,096 units.
/// First weights: He's normal distribution over the outputs; linear layers normal with deviation 0.01 in the ImageNet head.
/// </remarks>
public static class Vgg
{
    private const int HeadUnits = 4096;

    private static readonly ImmutableSortedDictionary<int, int[]> Plans = ImmutableSortedDictionary<int, int[]>.Empty
        .Add(11, [1, 1, 2, 2, 2])
        .Add(13, [2, 2, 2, 2, 2])
        .Add(16, [2, 2, 3, 3, 3])
        .Add(19, [2, 2, 4, 4, 4]);

    /// <summary>The depths: 11, 13, 16 and 19.</summary>
    public static IEnumerable<int> Depths => Plans.Keys;

    /// <summary>Makes the layers.</summary>
    /// <param name="depth">One of <see cref="Depths"/>.</param>
    /// <param name="options">What can be chosen; checked when a model is built.</param>
    /// <param name="forImageNet">Whether the head is the published one, behind a mean over 7 x 7 windows; else one linear layer.</param>
    /// <exception cref="LayerException">EK0120: no such depth.</exception>
    public static Sequential Create(int depth, ModelOptions options, bool forImageNet = false)
    {
        if (!Plans.TryGetValue(depth, out var plan)) throw LayerErrors.BadOption(nameof(Vgg), "depth", depth, $"one of {string.Join(", ", Depths)}", "For other depths build a Sequential.");
        var parts = new NetworkParts(options);
        List<NamedLayer> layers = [];
        string Next() => FormattableString.Invariant($"features.{layers.Count}");
        for (var stage = 0; stage < plan.Length; stage++)
        {
            for (var i = 0; i < plan[stage]; i++)
            {
                layers.Add((Next(), parts.Convolution(Math.Min(512, 64 << stage), 3)));
                parts.AddNorm(layers, Next());
                layers.Add((Next(), parts.Activation()));
            }

            layers.Add((Next(), new MaxPool(2)));
        }

        if (forImageNet) AddHead(layers, parts);
        else
        {
            layers.Add(("flatten", new Flatten()));
            parts.AddDropout(layers, "dropout");
            parts.AddClassifier(layers, "classifier");
        }

        return new Sequential([.. layers]);
    }

    private static void AddHead(List<NamedLayer> layers, NetworkParts parts)
    {
        Initializer small = new Normal(0.01f);
        layers.Add(("avgpool", new AdaptiveAveragePool(7)));
        layers.Add(("flatten", new Flatten()));
        foreach (var place in (ReadOnlySpan<int>)[0, 3])
        {
            layers.Add((FormattableString.Invariant($"classifier.{place}"), new Dense(HeadUnits, new DenseOptions { WeightInitializer = parts.Options.WeightInitializer ?? small })));
            layers.Add((FormattableString.Invariant($"classifier.{place + 1}"), parts.Activation()));
            parts.AddDropout(layers, FormattableString.Invariant($"classifier.{place + 2}"));
        }

        parts.AddClassifier(layers, "classifier.6", small);
    }
}
