using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>MobileNetV2: inverted residuals, in which a 1 x 1 convolution widens, a depthwise 3 x 3 convolution works and a linear 1 x 1 convolution narrows; ReLU6.</summary>
/// <remarks>
/// Sandler et al., arXiv 1801.04381, table 2, width 1; layers, names and parameters are torchvision's: <c>features.0.0.weight</c>, <c>features.1.conv.0.0.weight</c>, ..., <c>classifier.1.weight</c>.
/// First weights: He's normal distribution over the outputs, the linear layer normal with deviation 0.01.
/// </remarks>
public static class MobileNetV2
{
    private const int LastChannels = 1280;

    private static readonly (int Expansion, int Channels, int Count, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <summary>Makes the layers.</summary>
    /// <param name="options">What can be chosen; checked when a model is built. The usual nonlinearity is <c>relu6</c>.</param>
    public static Sequential Create(ModelOptions options)
    {
        var parts = new NetworkParts(options, "relu6");
        List<NamedLayer> layers = [];
        AddConvolution(layers, parts, "features.0", parts.Convolution(32, 3, stride: 2));
        var (channels, block) = (32, 1);
        foreach (var (expansion, outputs, count, stride) in Stages)
        {
            for (var i = 0; i < count; i++, block++, channels = outputs)
            {
                var name = FormattableString.Invariant($"features.{block}");
                var branch = Branch(parts, channels, expansion, outputs, i == 0 ? stride : 1);
                if (i > 0 && channels == outputs) layers.Add((name, new Residual(branch) { BranchName = "conv" }));
                else layers.Add(($"{name}.conv", branch));
            }
        }

        AddConvolution(layers, parts, FormattableString.Invariant($"features.{block}"), parts.Convolution(LastChannels, 1));
        layers.Add(("avgpool", new GlobalAveragePool()));
        parts.AddDropout(layers, "classifier.0");
        parts.AddClassifier(layers, "classifier.1", new Normal(0.01f));
        return new Sequential([.. layers]);
    }

    private static Sequential Branch(NetworkParts parts, int channels, int expansion, int outputs, int stride)
    {
        List<NamedLayer> layers = [];
        var hidden = channels * expansion;
        var number = 0;
        if (expansion != 1) AddConvolution(layers, parts, FormattableString.Invariant($"{number++}"), parts.Convolution(hidden, 1));
        AddConvolution(layers, parts, FormattableString.Invariant($"{number++}"), parts.Convolution(hidden, 3, stride, ConvolutionOptions.Depthwise));
        layers.Add((FormattableString.Invariant($"{number++}"), parts.Convolution(outputs, 1)));
        parts.AddNorm(layers, FormattableString.Invariant($"{number}"));
        return new Sequential([.. layers]);
    }

    private static void AddConvolution(List<NamedLayer> layers, NetworkParts parts, string name, Convolution convolution)
    {
        layers.Add(($"{name}.0", convolution));
        parts.AddNorm(layers, $"{name}.1");
        layers.Add(($"{name}.2", parts.Activation()));
    }
}
