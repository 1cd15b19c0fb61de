using System.Text.Json.Nodes;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Models;

namespace Evenkeel.Layers.Tests.Configuration;

public sealed class ModelConfigurationTests
{
    /// <summary>Every registered layer and initialiser, every option away from its default.</summary>
    private static readonly Layer Everything = new Sequential(
        ("stem", new Convolution(4, (3, 2), new ConvolutionOptions { Stride = (1, 2), Padding = Padding.Same, Dilation = (2, 1), Groups = ConvolutionOptions.Depthwise, Bias = BiasUse.Always, WeightInitializer = He.Uniform, BiasInitializer = new Constant(2) })),
        new InstanceNorm(new NormOptions { Epsilon = 1e-3f }),
        ("larger", new TransposedConvolution(6, 3, new ConvolutionOptions { Stride = 2, Padding = Padding.Of(0, 1, 2, 1) }, outputPadding: (1, 0))),
        new FractionalMaxPool(1, Numerics.Kernels.Pooling.FractionalSequence.Random, overlaps: false),
        new MaxPool(3, (2, 1), 1),
        new AveragePool((1, 2), 1, (0, 1), countsPadding: true),
        ("joined", new Concatenation(("a", new AdaptiveMaxPool((3, 2))), new AdaptiveAveragePool((3, 2)))),
        new DenseConnection(new Upsample(1)),
        new ZeroPad(Padding.Of(1, 0, 0, 2)),
        ("reduced", new Residual(new Convolution(30, 1, new ConvolutionOptions { Stride = 2, Reparametrization = WeightReparametrization.Standardized, TrainsWeight = false, WeightInitializer = new PartialIdentity() }), new Subsample(2, 30)) { BranchName = "", ShortcutName = "downsample" }),
        ("mean", new Residual(new Sequential(), new Sequential())),
        new Concatenation(new GlobalAveragePool(), new Sequential(
            new Lstm(3, new RecurrentOptions { Normalization = RecurrentNormalization.BatchPerStep, Gamma = 0.25f, NormalizesCell = false, Epsilon = 1e-3f, RunningAverage = RunningAverage.Cumulative, ForgetBias = 1, InputInitializer = Glorot.Normal, RecurrentInitializer = new Orthogonal() }),
            new Gru(3, new RecurrentOptions { HasBias = false, CarriesState = true }),
            new Rnn(2, new RecurrentOptions { Output = RecurrentOutput.Last, Normalization = RecurrentNormalization.Layer }))),
        new Embedding(9, 4, new EmbeddingOptions { Padding = 2, WeightInitializer = new Uniform(-1, 1) }),
        new Masked(new Sequential(
            new Rows(),
            new PositionEmbedding(new Normal(0.5f)),
            new MultiHeadAttention(2, isCausal: true, Glorot.Normal),
            new TransformerBlock(4, 5, new TransformerOptions { NormalizesFirst = false, Normalization = "batch", BatchNorm = BatchNormOptions.Default with { Epsilon = 1e-3f, RunningAverage = RunningAverage.Cumulative }, Activation = "tanh", Dropout = 0.1f, IsCausal = true, WeightInitializer = He.Uniform }),
            new SequencePool(Graph.Nodes.SequencePooling.Mean)), -1),
        ("flatten", new Flatten()),
        ("fc", new Dense(6, new DenseOptions { Bias = BiasUse.Always, WeightInitializer = new Normal(0.1f, 0.25f), BiasInitializer = new Constant(1 / 3f) })),
        new BatchNorm(new BatchNormOptions
        {
            Epsilon = 1e-3f,
            NormalizeWith = NormalizeWith.RunningStatistics,
            UpdateRunningStatistics = false,
            TrainScaleAndShift = false,
            RunningAverage = RunningAverage.Retention(0.99f),
            BiasCorrection = false,
            VarianceEstimator = VarianceEstimator.Population,
            Scale = AffineParameter.Fixed(2),
            Shift = AffineParameter.StartingAt(-1),
            StatisticsGradient = StatisticsGradient.None,
        }),
        new BatchNorm(new BatchNormOptions { RunningAverage = RunningAverage.Cumulative, Scale = AffineParameter.Off }),
        new BatchNorm(new BatchNormOptions { RunningAverage = RunningAverage.Auto }),
        new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.LargestAbsolute }),
        new BatchNorm(new BatchNormOptions { GhostSize = 5, SampleWeight = 0.125f }),
        new BatchNorm(new BatchNormOptions { Renormalization = new BatchRenormalization { MaximumRatio = 2, MaximumOffset = 1.5f, PlainUpdates = 3, RatioUpdates = 5, OffsetUpdates = 7 } }),
        new DecorrelatedBatchNorm(new WhiteningOptions { GroupSize = 4, Iterations = 3, Epsilon = 1e-3f, RunningAverage = RunningAverage.Cumulative }, new NormOptions { Epsilon = 1e-4f, Shift = AffineParameter.Off }),
        new LocalResponseNorm(3, 0.5f, 0.25f, 1.5f),
        new MomentNoise(new MomentNoiseOptions { Mean = 0.25f, Deviation = 1.5f, MeanSpread = 0.125f, DeviationSpread = 0.0625f }),
        new Relu(),
        new Sigmoid(),
        new Tanh(),
        new Activation("relu"),
        new DropConnect(6, 0.5f, "relu", new DenseOptions { Bias = BiasUse.Always, Reparametrization = WeightReparametrization.Normalized }),
        new DropConnect(6, 0.25f),
        new Dropout(0.1f),
        new SpatialDropout(0.2f),
        new StochasticDepth(0.3f),
        new Prelu(0.5f),
        new Scale(0.5f),
        new Maxout(1),
        new LayerNorm(new NormOptions { Epsilon = 1e-3f, Scale = AffineParameter.Fixed(2), Shift = AffineParameter.Off }),
        new RmsNorm(new NormOptions { Epsilon = 1e-3f }),
        new GroupNorm(1, new NormOptions { Epsilon = 1e-3f }),
        new GroupNorm(),
        ("block", new Residual(new Dense(9, new DenseOptions { WeightInitializer = new Uniform(-1, 0.5f), Reparametrization = WeightReparametrization.Normalized }), new Sequential(new Dense(9, new DenseOptions { WeightInitializer = new Orthogonal(2) }), new Dense(9, new DenseOptions { Bias = BiasUse.Never, WeightInitializer = Glorot.Uniform })))));

    private static readonly ModelConfiguration Full = new() { InputShape = Shape.Batch(8, 7, 2), Network = Everything, Seed = ulong.MaxValue };

    [Fact]
    public void What_is_written_reads_back_as_the_same_text()
    {
        var json = Full.ToJson();
        var read = ModelConfiguration.Parse(json);
        Assert.Equal(json, read.ToJson());
        Assert.Equal(Full.InputShape, read.InputShape);
        Assert.Equal(Full.Seed, read.Seed);
        foreach (var name in LayerTable.Names.Where(static name => name != "swap")) Assert.Contains($"\"type\":\"{name}\"", json);
        foreach (var name in InitializerTable.Names) Assert.Contains($"\"type\":\"{name}\"", json);
    }

    [Fact]
    public void A_model_built_from_the_text_has_the_same_nodes_options_and_first_values()
    {
        var model = Full.Build();
        var again = ModelConfiguration.Parse(model.Configuration!).Build();
        Assert.Equal(model.Nodes.Select(static node => node.ToString()), again.Nodes.Select(static node => node.ToString()));
        Assert.Equal<Evenkeel.Graph.Models.ModelLayer>(model.Layers, again.Layers);
        foreach (var tensor in model.Parameters) Assert.Equal(tensor.ToArray(), again.Parameters[tensor.Name].ToArray());
        foreach (var tensor in model.States) Assert.Equal(tensor.ToArray(), again.States[tensor.Name].ToArray());
        Assert.Equal(
            model.Nodes.OfType<Evenkeel.Graph.Nodes.BatchNormNode>().Select(static node => node.Options),
            again.Nodes.OfType<Evenkeel.Graph.Nodes.BatchNormNode>().Select(static node => node.Options));
    }

    [Fact]
    public void Options_that_are_left_out_take_their_defaults()
    {
        var read = ModelConfiguration.Parse("""{"version":1,"input_shape":[4],"seed":3,"network":{"type":"sequential","layers":[{"type":"dense","units":5},{"type":"batch_norm"}]}}""");
        Assert.Equal(new ModelConfiguration { InputShape = Shape.Batch(4), Network = new Sequential(new Dense(5), new BatchNorm()), Seed = 3 }.ToJson(), read.ToJson());
    }

    [Theory]
    [InlineData("", "EK0125", "text that is no JSON")]
    [InlineData("{", "EK0125", "text that is no JSON")]
    [InlineData("[]", "EK0125", "an object {...}")]
    [InlineData("{}", "EK0125", "no 'version'")]
    [InlineData("""{"version":2}""", "EK0125", "has version 2, but expected version 1")]
    [InlineData("""{"version":1,"input_shape":[],"seed":0,"network":{"type":"relu"}}""", "EK0125", "[model.input_shape]")]
    [InlineData("""{"version":1,"input_shape":[4,0],"seed":0,"network":{"type":"relu"}}""", "EK0125", "[model.input_shape]")]
    [InlineData("""{"version":1,"input_shape":[4.5],"seed":0,"network":{"type":"relu"}}""", "EK0125", "a list of integers")]
    [InlineData("""{"version":1,"input_shape":4,"seed":0,"network":{"type":"relu"}}""", "EK0125", "a list of integers")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":-1,"network":{"type":"relu"}}""", "EK0125", "[model.seed]")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"rleu"}}""", "EK0122", "[model.network] there is no layer 'rleu'. Did you mean 'relu'?")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"relu","slope":1}}""", "EK0126", "[model.network] there is no option 'slope'")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"relu"},"extra":1}""", "EK0126", "there is no option 'extra'")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"dense","unit":3}}""", "EK0125", "no 'units'")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"dense","units":3,"units":4}}""", "EK0125", "'units' twice")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"dense","units":"3"}}""", "EK0125", "[model.network.units]")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"dense","units":3,"bais":"auto"}}""", "EK0126", "there is no option 'bais'. Did you mean 'bias'?")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"dense","units":3,"bias":"maybe"}}""", "EK0125", "one of auto, always, never")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"dense","units":3,"weight_initializer":{"type":"norml"}}}""", "EK0122", "there is no initializer 'norml'. Did you mean 'normal'?")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"dropout","rate":1e99}}""", "EK0125", "a finite number")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"batch_norm","bias_correction":1}}""", "EK0125", "true or false")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"batch_norm","running_average":{"kind":"update_rate","rate":0}}}""", "EK0125", "a number in (0, 1]")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"batch_norm","running_average":{"kind":"automatic"}}}""", "EK0125", "the running average 'automatic'")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"batch_norm","scale":{"kind":"on","value":3}}}""", "EK0126", "[model.network.scale] there is no option 'value'")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"batch_norm","scale":{"kind":"of"}}}""", "EK0125", "the kind 'of'")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"sequential","layers":[{"type":"relu"},{"type":"sequential","layers":[3]}]}}""", "EK0125", "[model.network.layers[1].layers[0]]")]
    [InlineData("""{"version":1,"input_shape":[4],"seed":0,"network":{"type":"sequential","layers":{}}}""", "EK0125", "a list of layers")]
    public void Whatever_does_not_fit_is_an_error_that_says_where(string json, string code, string message)
    {
        var error = Assert.Throws<LayerException>(() => ModelConfiguration.Parse(json));
        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Deep_nesting_is_an_error_and_no_crash()
    {
        var json = string.Concat(Enumerable.Repeat("""{"type":"residual","branch":""", 5000)) + "1" + new string('}', 5000);
        Assert.Equal("EK0125", Assert.Throws<LayerException>(() => ModelConfiguration.Parse($$"""{"version":1,"input_shape":[4],"seed":0,"network":{{json}}}""")).Code);
    }

    [Fact]
    public void Code_has_no_configuration_and_says_so()
    {
        var network = new Sequential(("head", new Functional(static (_, x) => x)));
        Assert.Null(network.Build(Shape.Batch(3)).Configuration);
        var error = Assert.Throws<LayerException>(() => new ModelConfiguration { InputShape = Shape.Batch(3), Network = network }.ToJson());
        Assert.Equal("EK0127", error.Code);
        Assert.Contains("[model.network.layers[0]] Functional cannot be written as a configuration, because it is code. Build the model by the same code", error.Message);
    }

    [Fact]
    public void Layers_of_users_join_the_table_once()
    {
        LayerTable.Register<Swap>("swap", static options => new Swap(options.Integer("times")), static (layer, options) => options.Integer("times", layer.Times));
        var json = new ModelConfiguration { InputShape = Shape.Batch(3), Network = new Swap(7) }.ToJson();
        Assert.Equal(7, Assert.IsType<Swap>(ModelConfiguration.Parse(json).Network).Times);
        Assert.Equal("EK0128", Assert.Throws<LayerException>(() => LayerTable.Register<Swap>("other", static _ => new Swap(1), static (_, _) => { })).Code);
        Assert.Equal("EK0128", Assert.Throws<LayerException>(() => LayerTable.Register<Functional>("dense", static _ => new Functional(static (_, x) => x), static (_, _) => { })).Code);
    }

    [Fact]
    public void The_text_is_what_users_would_write()
    {
        var json = new ModelConfiguration { InputShape = Shape.Batch(4), Network = new Sequential(("a", new Dense(2)), new Activation("tanh")), Seed = 1 }.ToJson();
        var layers = JsonNode.Parse(json)!["network"]!["layers"]!.AsArray();
        Assert.Equal("a", (string?)layers[0]!["name"]);
        Assert.Equal("dense", (string?)layers[0]!["type"]);
        Assert.Equal(2, (int?)layers[0]!["units"]);
        Assert.Equal("auto", (string?)layers[0]!["bias"]);
        Assert.Equal("tanh", (string?)layers[1]!["function"]);
    }

    private sealed class Swap(int times) : Layer
    {
        public int Times => times;

        public override string Kind => "swap";

        public override Evenkeel.Graph.Nodes.Value Build(BuildScope scope, Evenkeel.Graph.Nodes.Value input) => input;
    }
}
