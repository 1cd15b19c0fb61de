using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Models;

namespace Evenkeel.Layers.Tests.Models;

/// <summary>The convolutional networks are the published ones.</summary>
public sealed class NetworkTests
{
    private static readonly ModelOptions Cifar = new() { Outputs = 10 };
    private static readonly ModelOptions ImageNet = new() { Outputs = 1000 };

    /// <summary>Parameters with 10 classes at 32 x 32. Option A: 0.27, 0.46, 0.66, 0.85 and 1.7 million (He et al., table 6); DenseNet-BC: 0.8 and 25.6 million (Huang et al., table 2); VGG without the biases that normalisation cancels; the others as PyTorch counts the same networks.</summary>
    public static TheoryData<string, long> CifarNetworks => new()
    {
        { "resnet20", 269_722 }, { "resnet32", 464_154 }, { "resnet44", 658_586 }, { "resnet56", 853_018 }, { "resnet110", 1_727_962 },
        { "plain20", 269_722 }, { "plain56", 853_018 }, { "resnet20-b", 272_474 }, { "resnet56-b", 855_770 },
        { "vgg11", 9_228_362 }, { "vgg13", 9_413_066 }, { "vgg16", 14_728_266 - 4_224 }, { "vgg19", 20_040_522 - 5_504 },
        { "densenet-bc-40-12", 176_122 }, { "densenet-bc-100-12", 769_162 }, { "densenet-bc-190-40", 25_624_430 },
        { "bn-inception-cifar", 641_770 },
    };

    /// <summary>Parameters with 1,000 classes at 224 x 224, as torchvision counts them; VGG without the 2,752 to 5,504 biases that normalisation cancels. BN-Inception: 11.2 million, as TensorFlow's models list it.</summary>
    public static TheoryData<string, long> ImageNetNetworks => new()
    {
        { "resnet18", 11_689_512 }, { "resnet34", 21_797_672 }, { "resnet50", 25_557_032 }, { "mobilenetv2", 3_504_872 },
        { "vgg11-imagenet", 132_868_840 - 2_752 }, { "vgg16-imagenet", 138_365_992 - 4_224 }, { "bn-inception", 11_188_288 },
    };

    [Theory]
    [MemberData(nameof(CifarNetworks))]
    public void Networks_for_small_images_have_the_published_number_of_parameters(string name, long parameters)
    {
        var model = ModelTable.Create(name, Cifar with { WeightInitializer = Constant.Zero }).Build(Shape.Batch(32, 32, 3));
        Assert.Equal(parameters, model.Parameters.Elements);
        Assert.Equal(Shape.Batch(10), model.Output.Shape);
    }

    [Theory]
    [MemberData(nameof(ImageNetNetworks))]
    public void Networks_for_large_images_have_the_published_number_of_parameters(string name, long parameters)
    {
        var model = ModelTable.Create(name, ImageNet with { WeightInitializer = Constant.Zero }).Build(Shape.Batch(224, 224, 3));
        Assert.Equal(parameters, model.Parameters.Elements);
        Assert.Equal(Shape.Batch(1000), model.Output.Shape);
    }

    [Fact]
    public void Tensors_are_named_as_torchvision_names_them()
    {
        Names("resnet18", "conv1.weight", "bn1.gamma", "layer1.0.conv1.weight", "layer1.0.bn1.beta", "layer2.0.downsample.0.weight", "layer2.0.downsample.1.gamma", "layer4.1.bn2.gamma", "fc.weight", "fc.bias");
        Names("resnet50", "layer1.0.conv3.weight", "layer1.0.bn3.gamma", "layer3.5.conv2.weight");
        Names("resnet20", "conv1.weight", "layer3.2.bn2.gamma", "fc.bias");
        Names("vgg11", "features.0.weight", "features.1.gamma", "features.4.weight", "features.25.weight", "features.26.beta", "classifier.weight");
        Names("vgg16-imagenet", "features.40.weight", "classifier.0.weight", "classifier.3.weight", "classifier.6.bias");
        Names("densenet-bc-40-12", "features.conv0.weight", "features.denseblock1.denselayer1.norm1.gamma", "features.denseblock3.denselayer6.conv2.weight", "features.transition2.conv.weight", "features.norm5.gamma", "classifier.weight");
        Names("mobilenetv2", "features.0.0.weight", "features.0.1.gamma", "features.1.conv.0.0.weight", "features.1.conv.1.weight", "features.1.conv.2.gamma", "features.2.conv.1.1.gamma", "features.3.conv.3.beta", "features.18.0.weight", "classifier.1.weight");
        Names("bn-inception", "conv1.conv.weight", "inception3a.branch1.conv.weight", "inception3a.branch3.2.bn.gamma", "inception3c.branch2.1.conv.weight", "inception5b.branch4.1.conv.weight", "fc.weight");
    }

    [Fact]
    public void The_shortcuts_are_those_that_were_asked_for()
    {
        var images = Shape.Batch(32, 32, 3);
        Assert.Equal(9, CifarResNet.Create(20, Cifar).Build(images).Nodes.OfType<AddNode>().Count());
        Assert.Equal(2, CifarResNet.Create(20, Cifar).Build(images).Nodes.OfType<ZeroPadNode>().Count());
        Assert.Empty(CifarResNet.Create(20, Cifar, new ResNetOptions { Shortcut = ResNetShortcut.None }).Build(images).Nodes.OfType<AddNode>());
        Assert.Empty(CifarResNet.Create(20, Cifar, new ResNetOptions { Shortcut = ResNetShortcut.Projected }).Build(images).Nodes.OfType<ZeroPadNode>());
    }

    [Fact]
    public void The_last_gamma_of_a_branch_may_start_from_zero()
    {
        var model = CifarResNet.Create(20, Cifar, new ResNetOptions { ZeroLastGamma = true }).Build(Shape.Batch(32, 32, 3));
        foreach (var gamma in model.Parameters.Where(static tensor => tensor.Name.EndsWith("gamma", StringComparison.Ordinal)))
            Assert.Equal(gamma.Name.EndsWith("bn2.gamma", StringComparison.Ordinal) ? 0 : 1, gamma.Span[0]);
        var bottleneck = ResNet.Create(50, ImageNet, new ResNetOptions { ZeroLastGamma = true }).Build(Shape.Batch(64, 64, 3));
        Assert.Equal((1, 0), (bottleneck.Parameters["layer1.0.bn2.gamma"].Span[0], bottleneck.Parameters["layer1.0.bn3.gamma"].Span[0]));
        Assert.Equal(1, bottleneck.Parameters["layer1.0.downsample.1.gamma"].Span[0]);
    }

    [Theory]
    [InlineData("rnn", 1)]
    [InlineData("gru", 3)]
    [InlineData("lstm", 4)]
    public void Recurrent_networks_read_images_row_by_row(string name, int gates)
    {
        var options = new ModelOptions { Outputs = 10, Hidden = [16, 8] };
        var model = ModelTable.Create(name, options).Build(Shape.Batch(28, 28, 1));
        Assert.Equal(Shape.Batch(10), model.Output.Shape);
        Assert.Equal(Shape.Of(28, gates * 16), model.Parameters["layer1.weight_ih_l0"].Shape);
        Assert.Equal(Shape.Of(16, gates * 8), model.Parameters["layer2.weight_ih_l0"].Shape);
        Assert.Equal(Shape.Of(28, gates * 8), model.States["layer2.norm_hh_l0.running_mean"].Shape);
        Assert.Equal(2, ModelTable.Create(name, options with { Normalization = NormalizationKind.None }).Build(Shape.Batch(784, 1)).Parameters.Count(static tensor => tensor.Name.EndsWith("bias_hh_l0", StringComparison.Ordinal)));
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => ModelTable.Create(name, options with { Normalization = "group" })).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => ModelTable.Create(name, options with { Hidden = [] })).Code);
        Assert.Equal("EK0121", Assert.Throws<LayerException>(() => ModelTable.Create(name, options).Build(Shape.Batch(784))).Code);
    }

    [Fact]
    public void A_transformer_has_a_block_per_size_and_reads_images_row_by_row()
    {
        var options = new ModelOptions { Outputs = 10, Hidden = [64, 64], Normalization = "layer", Activation = "gelu", Dropout = 0.1f, WeightInitializer = Constant.One };
        var model = ModelTable.Create("transformer", options).Build(Shape.Batch(28, 28, 1));
        Assert.Equal(Shape.Batch(10), model.Output.Shape);
        Assert.Equal(Shape.Of(28, 64), model.Parameters["embedding.weight"].Shape);
        Assert.Equal(Shape.Of(28, 64), model.Parameters["positions.weight"].Shape);
        Assert.Equal(Shape.Of(64, 192), model.Parameters["block2.self_attn.in_proj_weight"].Shape);
        Assert.Equal(Shape.Of(64, 256), model.Parameters["block1.linear1.weight"].Shape);
        Assert.Contains(model.Parameters, static tensor => tensor.Name == "norm.gamma");
        Assert.All(model.Nodes.OfType<AttentionNode>(), static node => Assert.Equal(4, node.Heads));
        Assert.All(model.Nodes.OfType<ActivationNode>(), static node => Assert.Equal("gelu", node.Activation));
        Assert.Equal(4, model.Nodes.OfType<DropoutNode>().Count());
        Assert.All(model.ParameterNodes.Where(static node => node.Name.EndsWith("weight", StringComparison.Ordinal) && node.Name != "positions.weight"), static node => Assert.Same(Constant.One, node.Initializer));
        Assert.Equal(5, ModelTable.Create("transformer", options with { Hidden = [100] }).Build(Shape.Batch(8, 3)).Nodes.OfType<AttentionNode>().Single().Heads);
        Assert.DoesNotContain(ModelTable.Create("transformer", options with { Normalization = "none" }).Build(Shape.Batch(8, 3)).Parameters, static tensor => tensor.Name.Contains("norm", StringComparison.Ordinal));
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => ModelTable.Create("transformer", options with { Hidden = [] })).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => ModelTable.Create("transformer", options with { Hidden = [64, 32] })).Code);
    }

    [Fact]
    public void Without_normalisation_convolutions_have_biases()
    {
        foreach (var name in ModelTable.Names.Where(static name => name is not ("mlp" or "rnn" or "lstm" or "gru" or "transformer") && !name.EndsWith("imagenet", StringComparison.Ordinal)))
        {
            var model = ModelTable.Create(name, Cifar with { Normalization = NormalizationKind.None, WeightInitializer = Constant.Zero }).Build(Shape.Batch(32, 32, 3));
            Assert.Empty(model.States);
            // The published DenseNet has no biases anywhere.
            if (!name.StartsWith("densenet", StringComparison.Ordinal)) Assert.Contains(model.Parameters, static tensor => tensor.Name.StartsWith("conv", StringComparison.Ordinal) || tensor.Name.StartsWith("features.0", StringComparison.Ordinal) || tensor.Name == "group1.conv1.bias");
        }

        Assert.Equal(271_690, ModelTable.Create("resnet20-b", Cifar with { Normalization = NormalizationKind.None }).Build(Shape.Batch(32, 32, 3)).Parameters.Elements);
    }

    [Fact]
    public void Every_kind_of_weights_reaches_every_family_of_networks_that_has_a_place_for_it_and_others_refuse_it()
    {
        foreach (var name in (string[])["mlp", "resnet20", "resnet20-b", "plain20", "vgg11", "densenet-bc-40-12", "mobilenetv2", "bn-inception-cifar", "speedrun", "rnn", "lstm", "gru", "transformer"])
        {
            foreach (var kind in (WeightReparametrization[])[WeightReparametrization.Standardized, WeightReparametrization.Spectral])
            {
                var options = Cifar with { Weights = kind, Normalization = "group", WeightInitializer = Constant.One };
                if (name is "rnn" or "lstm" or "gru" or "transformer")
                {
                    var error = Assert.Throws<LayerException>(() => ModelTable.Create(name, options));
                    Assert.Equal("EK0353", error.Code);
                    Assert.Contains("expected none", error.Message, StringComparison.Ordinal);
                    continue;
                }

                var model = ModelTable.Create(name, options).Build(Shape.Batch(32, 32, 3));
                var products = model.Nodes.Count(static node => node is ConvolutionNode or MatrixProductNode);
                var changed = model.Nodes.Count(node => kind == WeightReparametrization.Spectral ? node is SpectralNormNode : node is WeightNormNode);

                // The stem that is whitened once, the shortcuts' and the classifiers' few products keep theirs.
                Assert.InRange(changed, Math.Max(1, products / 2), products);
            }
        }
    }

    [Fact]
    public void Nonlinearity_dropout_and_initialiser_reach_every_network()
    {
        foreach (var name in ModelTable.Names.Where(static name => name is not ("mlp" or "rnn" or "lstm" or "gru" or "transformer") && !name.EndsWith("imagenet", StringComparison.Ordinal)))
        {
            var model = ModelTable.Create(name, Cifar with { Activation = "tanh", Dropout = 0.5f, WeightInitializer = Constant.One }).Build(Shape.Batch(32, 32, 3));
            Assert.All(model.Nodes.OfType<ActivationNode>(), static node => Assert.Equal("tanh", node.Activation));
            Assert.NotEmpty(model.Nodes.OfType<DropoutNode>());
            Assert.All(model.ParameterNodes.Where(static node => node.Name.EndsWith("weight", StringComparison.Ordinal)), static node => Assert.Same(Constant.One, node.Initializer));
        }

        var mobile = MobileNetV2.Create(Cifar).Build(Shape.Batch(32, 32, 3));
        Assert.All(mobile.Nodes.OfType<ActivationNode>(), static node => Assert.Equal("relu6", node.Activation));
        Assert.Same(He.NormalFanOut, mobile.ParameterNodes.Single(static node => node.Name == "features.0.0.weight").Initializer);
        Assert.Same(He.Normal, DenseNet.Create(40, 12, Cifar).Build(Shape.Batch(32, 32, 3)).ParameterNodes.Single(static node => node.Name == "features.conv0.weight").Initializer);
    }

    [Fact]
    public void A_configuration_rebuilds_every_network()
    {
        foreach (var name in ModelTable.Names.Where(static name => name != "mlp" && (name == "vgg11-imagenet" || !name.EndsWith("imagenet", StringComparison.Ordinal))))
        {
            var model = ModelTable.Create(name, Cifar with { WeightInitializer = Constant.Zero }).Build(Shape.Batch(32, 32, 3));
            var configuration = Assert.IsType<string>(model.Configuration);
            Assert.Equal(configuration, ModelConfiguration.Parse(configuration).ToJson());
        }

        var small = CifarResNet.Create(20, Cifar).Build(Shape.Batch(16, 16, 3), seed: 3);
        var again = ModelConfiguration.Parse(small.Configuration!).Build();
        Assert.Equal(small.Nodes.Select(static node => node.ToString()), again.Nodes.Select(static node => node.ToString()));
        Assert.Equal(small.Parameters.Span.ToArray(), again.Parameters.Span.ToArray());
    }

    [Fact]
    public void Multiply_adds_are_the_published_ones()
    {
        // He et al., table 1: 1.8 and 3.8 billion (the 3.8 have strides in the 1 x 1 convolutions, torchvision's 4.1 do not); Sandler et al., table 4: 300 million.
        Assert.InRange(Adds("resnet18"), 1.81e9, 1.83e9);
        Assert.InRange(Adds("resnet50"), 4.05e9, 4.15e9);
        Assert.InRange(Adds("mobilenetv2"), 3.0e8, 3.1e8);
        Assert.InRange(Adds("bn-inception"), 1.9e9, 2.0e9);
        Assert.InRange(ModelSummary.Of(BnInception.CreateForCifar(Cifar).Build(Shape.Batch(32, 32, 3))).MultiplyAdds, 30_000_000, 40_000_000);
        Assert.InRange(ModelSummary.Of(CifarResNet.Create(20, Cifar).Build(Shape.Batch(32, 32, 3))).MultiplyAdds, 40_500_000, 41_000_000);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(2)]
    [InlineData(6)]
    public void Depths_that_do_not_exist_are_refused(int depth)
    {
        foreach (var create in new Action[] { () => CifarResNet.Create(depth, Cifar), () => ResNet.Create(depth, Cifar), () => Vgg.Create(depth, Cifar), () => DenseNet.Create(depth, 12, Cifar) })
        {
            var error = Assert.Throws<LayerException>(create);
            Assert.Equal("EK0120", error.Code);
            Assert.Contains($"got depth {depth}, but expected", error.Message);
        }

        Assert.Contains("got growth 0", Assert.Throws<LayerException>(() => DenseNet.Create(40, 0, Cifar)).Message);
    }

    private static double Adds(string name) => ModelSummary.Of(ModelTable.Create(name, ImageNet with { WeightInitializer = Constant.Zero }).Build(Shape.Batch(224, 224, 3))).MultiplyAdds;

    private static void Names(string name, params string[] expected)
    {
        var size = name.EndsWith("imagenet", StringComparison.Ordinal) || name == "bn-inception" ? 64 : 32;
        var model = ModelTable.Create(name, Cifar with { WeightInitializer = Constant.Zero }).Build(Shape.Batch(size, size, 3));
        Assert.All(expected, tensor => Assert.True(model.Parameters.TryGet(tensor, out _), $"{name} has no {tensor}"));
    }
}
