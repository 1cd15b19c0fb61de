namespace Evenkeel.Layers.Models;

/// <summary>The blocks of residual networks, named as torchvision names them: <c>layer1.0.conv1</c>, <c>layer1.0.bn1</c>, ..., <c>layer2.0.downsample.0</c>.</summary>
/// <remarks>He et al., arXiv 1512.03385, figure 5. The bottleneck has its stride in the 3 x 3 convolution, as torchvision has it.</remarks>
internal sealed class ResidualBlocks(NetworkParts parts, ResNetShortcut shortcut, bool zeroLastGamma, int blocks)
{
    private int _added;

    /// <summary>How many times a bottleneck's last convolution widens.</summary>
    public const int Expansion = 4;

    /// <summary>Adds a stage of blocks; the first one has the stride.</summary>
    /// <param name="layers">The network so far.</param>
    /// <param name="stage">The stage's name, for example <c>layer1</c>.</param>
    /// <param name="count">The number of blocks.</param>
    /// <param name="channels">The channels that come in.</param>
    /// <param name="width">The filters of the 3 x 3 convolutions.</param>
    /// <param name="stride">The first block's stride.</param>
    /// <param name="isBottleneck">Whether blocks have three convolutions.</param>
    /// <returns>The channels that go out.</returns>
    public int AddStage(List<NamedLayer> layers, string stage, int count, int channels, int width, int stride, bool isBottleneck)
    {
        for (var block = 0; block < count; block++)
        {
            var name = FormattableString.Invariant($"{stage}.{block}");
            var outputs = isBottleneck ? width * Expansion : width;
            var branch = isBottleneck ? Bottleneck(width, stride) : Basic(width, stride);
            layers.Add((name, shortcut == ResNetShortcut.None ? branch : new Residual(branch, Shortcut(channels, outputs, stride)) { BranchName = "", ShortcutName = "downsample" }));
            layers.Add(($"{name}.activation", parts.Activation()));
            (channels, stride) = (outputs, 1);
            _added++;
        }

        return channels;
    }

    private Sequential Basic(int width, int stride)
    {
        List<NamedLayer> layers = [];
        Add(layers, 1, parts.Convolution(width, 3, stride), isLast: false);
        Add(layers, 2, parts.Convolution(width, 3), isLast: true);
        AddDepth(layers);
        return new Sequential([.. layers]);
    }

    private Sequential Bottleneck(int width, int stride)
    {
        List<NamedLayer> layers = [];
        Add(layers, 1, parts.Convolution(width, 1), isLast: false);
        Add(layers, 2, parts.Convolution(width, 3, stride), isLast: false);
        Add(layers, 3, parts.Convolution(width * Expansion, 1), isLast: true);
        AddDepth(layers);
        return new Sequential([.. layers]);
    }

    // A plain network has no way around a block that is skipped.
    private void AddDepth(List<NamedLayer> layers)
    {
        if (parts.Options.StochasticDepth != 0 && shortcut != ResNetShortcut.None) layers.Add(("depth", new StochasticDepth(parts.Options.StochasticDepth * (_added + 1) / blocks)));
    }

    private void Add(List<NamedLayer> layers, int number, Convolution convolution, bool isLast)
    {
        layers.Add((FormattableString.Invariant($"conv{number}"), convolution));
        parts.AddNorm(layers, FormattableString.Invariant($"bn{number}"), isLast && zeroLastGamma ? 0 : null);
        if (!isLast) layers.Add((FormattableString.Invariant($"activation{number}"), parts.Activation()));
    }

    private Layer? Shortcut(int channels, int outputs, int stride)
    {
        if (channels == outputs && stride == 1) return null;
        if (shortcut == ResNetShortcut.ZeroPadded) return new Subsample(stride, outputs);
        List<NamedLayer> layers = [("0", parts.Convolution(outputs, 1, stride))];
        parts.AddNorm(layers, "1");
        return new Sequential([.. layers]);
    }
}
