using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Initializers;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Layers;

/// <summary>What can be chosen about a <see cref="Convolution"/>.</summary>
public sealed record ConvolutionOptions
{
    /// <summary>In <see cref="Groups"/>: as many groups as channels come in.</summary>
    public const int Depthwise = 0;

    /// <summary>Places from one position of the filter to the next. Default 1.</summary>
    public Size2 Stride { get; init; } = 1;

    /// <summary>Zeros around the image. Default none.</summary>
    public Padding Padding { get; init; }

    /// <summary>Places from one tap of the filter to the next. Default 1.</summary>
    public Size2 Dilation { get; init; } = 1;

    /// <summary>Groups of channels that do not see each other, dividing channels and filters; <see cref="Depthwise"/> for one per channel. Default 1.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether there is a bias. Default <see cref="BiasUse.Auto"/>: it is dropped before batch normalisation.</summary>
    public BiasUse Bias { get; init; } = BiasUse.Auto;

    /// <summary>Whether optimizers move the weights; the bias they always move. Default yes.</summary>
    public bool TrainsWeight { get; init; } = true;

    /// <summary>The first weights. Default He's normal distribution over the outputs, which keeps the scale of gradients through ReLU networks, as the published residual networks start.</summary>
    public Initializer WeightInitializer { get; init; } = He.NormalFanOut;

    /// <summary>The first biases. Default zeros.</summary>
    public Initializer BiasInitializer { get; init; } = Constant.Zero;

    /// <summary>Whether the convolution uses the filters as stored, standardised, normalised or divided by their largest singular value; transposed convolutions take them as stored. Default as stored.</summary>
    public WeightReparametrization Reparametrization { get; init; }
}

/// <summary>A convolution of images: <c>[N, H, W, C]</c> to <c>[N, OH, OW, filters]</c>, where <c>OH = floor((H + padding - dilation (KH - 1) - 1) / stride) + 1</c>.</summary>
/// <remarks>
/// <c>new Convolution(64, 3, new() { Padding = 1 })</c> keeps height and width. As everywhere in this field the filter is not reflected.
/// Parameters: <c>weight [KH, KW, C / groups, filters]</c>, to which weight decay applies, and <c>bias [filters]</c>, to which it does not.
/// </remarks>
public sealed class Convolution : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="filters">How many channels go out, at least 1; checked when a model is built.</param>
    /// <param name="kernel">The filter's height and width.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    public Convolution(int filters, Size2 kernel, ConvolutionOptions? options = null)
    {
        (Filters, Kernel) = (filters, kernel);
        Options = options ?? new ConvolutionOptions();
    }

    /// <summary>How many channels go out.</summary>
    public int Filters { get; }

    /// <summary>The filter's height and width.</summary>
    public Size2 Kernel { get; }

    /// <summary>The rest.</summary>
    public ConvolutionOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "convolution";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no filters or an impossible kernel. EK0121: the input is no batch of images.</exception>
    /// <exception cref="Evenkeel.Graph.GraphException">EK0101: the filter does not fit into the padded image. EK0105: stride, dilation, padding or groups cannot be.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (Filters < 1) throw LayerErrors.BadOption(scope.Where, "filters", Filters, "at least 1", "A layer of 64 filters gives 64 channels.");
        var (height, width, channels) = Images.Require(scope, input, Kernel);
        var (top, bottom) = Options.Padding.Rows(height, Reach(Kernel.Height, Options.Dilation.Height), Options.Stride.Height);
        var (left, right) = Options.Padding.Columns(width, Reach(Kernel.Width, Options.Dilation.Width), Options.Stride.Width);
        var geometry = new ConvolutionShape(height, width, channels, Filters, Kernel.Height, Kernel.Width)
        {
            StrideHeight = Options.Stride.Height,
            StrideWidth = Options.Stride.Width,
            PaddingTop = top,
            PaddingBottom = bottom,
            PaddingLeft = left,
            PaddingRight = right,
            DilationHeight = Options.Dilation.Height,
            DilationWidth = Options.Dilation.Width,
            Groups = Options.Groups == ConvolutionOptions.Depthwise ? channels : Options.Groups,
        };
        var weight = WeightParameters.Create(
            scope, Shape.Of(Kernel.Height, Kernel.Width, Math.Max(1, channels / Math.Max(1, geometry.Groups)), Filters), Options.WeightInitializer, Options.Reparametrization, Options.TrainsWeight);
        return AddBias(scope, new ConvolutionNode(scope.Name, input, weight, geometry).Output, Options);
    }

    /// <summary>How far a filter with gaps reaches.</summary>
    internal static int Reach(int taps, int dilation) => ((taps - 1) * dilation) + 1;

    internal static Value AddBias(BuildScope scope, Value product, ConvolutionOptions options)
    {
        if (options.Bias == BiasUse.Never) return product;
        var bias = scope.Parameter("bias", Shape.Of(product.Shape.Channels), options.BiasInitializer, decays: false);
        return new BiasAddNode(scope.NameOf("bias"), product, bias, dropIfCancelled: options.Bias == BiasUse.Auto).Output;
    }

    internal static Convolution Read(OptionReader options) => new(options.Integer("filters"), ImageConfiguration.Size(options, "kernel"), ReadOptions(options));

    internal static void Write(Convolution layer, OptionWriter options)
    {
        options.Integer("filters", layer.Filters);
        ImageConfiguration.Write(options, "kernel", layer.Kernel);
        WriteOptions(layer.Options, options);
    }

    internal static ConvolutionOptions ReadOptions(OptionReader options)
    {
        var defaults = new ConvolutionOptions();
        return new ConvolutionOptions
        {
            Stride = ImageConfiguration.Size(options, "stride", defaults.Stride),
            Padding = ImageConfiguration.Padding(options, "padding"),
            Dilation = ImageConfiguration.Size(options, "dilation", defaults.Dilation),
            Groups = options.Integer("groups", defaults.Groups),
            Bias = options.Choice("bias", defaults.Bias),
            TrainsWeight = options.Flag("trains_weight", defaults.TrainsWeight),
            WeightInitializer = options.Initializer("weight_initializer", defaults.WeightInitializer),
            BiasInitializer = options.Initializer("bias_initializer", defaults.BiasInitializer),
            Reparametrization = options.Choice("reparametrization", defaults.Reparametrization),
        };
    }

    internal static void WriteOptions(ConvolutionOptions values, OptionWriter options)
    {
        ImageConfiguration.Write(options, "stride", values.Stride);
        ImageConfiguration.Write(options, "padding", values.Padding);
        ImageConfiguration.Write(options, "dilation", values.Dilation);
        options.Integer("groups", values.Groups);
        options.Choice("bias", values.Bias);
        options.Flag("trains_weight", values.TrainsWeight);
        options.Initializer("weight_initializer", values.WeightInitializer);
        options.Initializer("bias_initializer", values.BiasInitializer);
        if (values.Reparametrization != WeightReparametrization.None) options.Choice("reparametrization", values.Reparametrization);
    }
}
