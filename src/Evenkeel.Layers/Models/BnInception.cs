using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>The network of the batch-normalisation paper: Inception modules with stacked 3 x 3 convolutions, every convolution followed by normalisation and nonlinearity.</summary>
/// <remarks>
/// Ioffe and Szegedy, arXiv 1502.03167, figure 5 (appendix). The paper prints 576 channels for modules 4c and 4d and 1,024 for 4e, which its projections of 128 would exceed; the output sizes are kept, with projections of 96.
/// So the network has 11.2 million parameters with 1,000 classes, as TensorFlow's models list it; the paper's text counts 13.6 million.
/// The first convolution of 7 x 7 is separable with 8 filters per channel, as the paper says. Padding is that of TensorFlow, <see cref="Padding.Same"/>.
/// Modules are named as torchvision names those of GoogLeNet: <c>inception3a.branch2.0.conv.weight</c>, <c>inception3a.branch2.0.bn.gamma</c>, ..., <c>fc.weight</c>.
/// The variant for images of 32 x 32 has a quarter of the filters, a first convolution of 3 x 3 without stride and one pooling less, so that modules work on 16 x 16, 8 x 8 and 4 x 4 places.
/// First weights: He's normal distribution over the outputs.
/// </remarks>
public static class BnInception
{
    private const int CifarDivisor = 4;
    private const int StemMultiplier = 8;

    /// <summary>The columns of the paper's table: 1 x 1, reduction and 3 x 3, reduction and double 3 x 3, projection behind pooling. No 1 x 1 and no projection: a module of stride 2.</summary>
    private static readonly Module[] Modules =
    [
        new("inception3a", 64, (64, 64), (64, 96), 32), new("inception3b", 64, (64, 96), (64, 96), 64), new("inception3c", 0, (128, 160), (64, 96), 0),
        new("inception4a", 224, (64, 96), (96, 128), 128), new("inception4b", 192, (96, 128), (96, 128), 128), new("inception4c", 160, (128, 160), (128, 160), 96),
        new("inception4d", 96, (128, 192), (160, 192), 96), new("inception4e", 0, (128, 192), (192, 256), 0),
        new("inception5a", 352, (192, 320), (160, 224), 128), new("inception5b", 352, (192, 320), (192, 224), 128, TakesMaximum: true),
    ];

    /// <summary>Makes the layers for images of 224 x 224.</summary>
    /// <param name="options">What can be chosen; checked when a model is built. Dropout stands before the last layer; the original Inception has 0.4 there.</param>
    public static Sequential Create(ModelOptions options)
    {
        var parts = new NetworkParts(options);
        List<NamedLayer> layers = [("conv1.depthwise", Convolution(parts, 3 * StemMultiplier, 7, 2, ConvolutionOptions.Depthwise, BiasUse.Never))];
        AddConvolution(layers, parts, "conv1", 64, 1);
        layers.Add(("maxpool1", new MaxPool(3, 2, Padding.Same)));
        AddConvolution(layers, parts, "conv2", 64, 1);
        AddConvolution(layers, parts, "conv3", 192, 3);
        layers.Add(("maxpool2", new MaxPool(3, 2, Padding.Same)));
        AddRest(layers, parts, 1);
        return new Sequential([.. layers]);
    }

    /// <summary>Makes the layers of the variant for images of 32 x 32, of fewer than 40 million multiply-adds.</summary>
    /// <param name="options">What can be chosen; checked when a model is built. Dropout stands before the last layer.</param>
    public static Sequential CreateForCifar(ModelOptions options)
    {
        var parts = new NetworkParts(options);
        List<NamedLayer> layers = [];
        AddConvolution(layers, parts, "conv1", 64 / CifarDivisor, 3);
        layers.Add(("maxpool1", new MaxPool(3, 2, Padding.Same)));
        AddConvolution(layers, parts, "conv2", 64 / CifarDivisor, 1);
        AddConvolution(layers, parts, "conv3", 192 / CifarDivisor, 3);
        AddRest(layers, parts, CifarDivisor);
        return new Sequential([.. layers]);
    }

    private static void AddRest(List<NamedLayer> layers, NetworkParts parts, int divisor)
    {
        foreach (var module in Modules) layers.Add((module.Name, Build(parts, module, divisor)));
        layers.Add(("avgpool", new GlobalAveragePool()));
        parts.AddDropout(layers, "dropout");
        parts.AddClassifier(layers, "fc");
    }

    private static Concatenation Build(NetworkParts parts, Module module, int divisor)
    {
        var stride = module.Projection == 0 ? 2 : 1;
        List<NamedLayer> branches = [];
        if (module.One > 0) branches.Add(("branch1", Branch(parts, (module.One / divisor, 1, 1))));
        branches.Add(("branch2", Branch(parts, (module.Three.Reduction / divisor, 1, 1), (module.Three.Filters / divisor, 3, stride))));
        branches.Add(("branch3", Branch(parts, (module.Double.Reduction / divisor, 1, 1), (module.Double.Filters / divisor, 3, 1), (module.Double.Filters / divisor, 3, stride))));
        List<NamedLayer> pooled = [("0", stride == 2 || module.TakesMaximum ? new MaxPool(3, stride, Padding.Same) : new AveragePool(3, 1, Padding.Same))];
        if (module.Projection > 0) AddConvolution(pooled, parts, "1", module.Projection / divisor, 1);
        branches.Add(("branch4", new Sequential([.. pooled])));
        return new Concatenation([.. branches]);
    }

    private static Sequential Branch(NetworkParts parts, params ReadOnlySpan<(int Filters, int Kernel, int Stride)> convolutions)
    {
        List<NamedLayer> layers = [];
        for (var i = 0; i < convolutions.Length; i++)
        {
            // A single convolution is the branch itself.
            var prefix = convolutions.Length == 1 ? "" : FormattableString.Invariant($"{i}.");
            AddBlock(layers, parts, prefix, Convolution(parts, convolutions[i].Filters, convolutions[i].Kernel, convolutions[i].Stride));
        }

        return new Sequential([.. layers]);
    }

    private static void AddConvolution(List<NamedLayer> layers, NetworkParts parts, string name, int filters, int kernel) => AddBlock(layers, parts, $"{name}.", Convolution(parts, filters, kernel));

    private static void AddBlock(List<NamedLayer> layers, NetworkParts parts, string prefix, Convolution convolution)
    {
        layers.Add(($"{prefix}conv", convolution));
        parts.AddNorm(layers, $"{prefix}bn");
        layers.Add(($"{prefix}activation", parts.Activation()));
    }

    private static Convolution Convolution(NetworkParts parts, int filters, int kernel, int stride = 1, int groups = 1, BiasUse bias = BiasUse.Auto) => new(filters, kernel, new ConvolutionOptions
    {
        Stride = stride,
        Padding = Padding.Same,
        Groups = groups,
        Bias = bias,
        Reparametrization = parts.Options.Weights,
        WeightInitializer = parts.Options.WeightInitializer ?? He.NormalFanOut,
    });

    private sealed record Module(string Name, int One, (int Reduction, int Filters) Three, (int Reduction, int Filters) Double, int Projection, bool TakesMaximum = false);
}
