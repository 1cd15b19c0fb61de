using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Layers;

/// <summary>A transposed convolution, which makes images larger: the gradient of a convolution by its input, used forward. <c>[N, H, W, C]</c> to <c>[N, OH, OW, filters]</c>, where <c>OH = (H - 1) stride - padding + dilation (KH - 1) + 1 + output padding</c>.</summary>
/// <remarks>
/// Padding takes places away here, as in PyTorch; <see cref="Padding.Same"/> gives <c>H stride</c>. Parameters: <c>weight [KH, KW, filters / groups, C]</c>, to which weight decay applies,
/// and <c>bias [filters]</c>, to which it does not. Zeiler et al., Deconvolutional networks, CVPR 2010.
/// </remarks>
public sealed class TransposedConvolution : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="filters">How many channels go out, at least 1; checked when a model is built.</param>
    /// <param name="kernel">The filter's height and width.</param>
    /// <param name="options">Stride, padding and the rest, of the convolution that this one is the transpose of; null for the defaults.</param>
    /// <param name="outputPadding">Rows and columns added at the bottom and at the right, below the stride: of the sizes that the convolution maps to one, which is meant. Default 0.</param>
    public TransposedConvolution(int filters, Size2 kernel, ConvolutionOptions? options = null, Size2 outputPadding = default)
    {
        (Filters, Kernel, OutputPadding) = (filters, kernel, outputPadding);
        Options = options ?? new ConvolutionOptions();
    }

    /// <summary>How many channels go out.</summary>
    public int Filters { get; }

    /// <summary>The filter's height and width.</summary>
    public Size2 Kernel { get; }

    /// <summary>Rows and columns added at the bottom and at the right.</summary>
    public Size2 OutputPadding { get; }

    /// <summary>The rest.</summary>
    public ConvolutionOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "transposed_convolution";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no filters, an impossible kernel, or an output padding outside its range. EK0121: the input is no batch of images, or nothing is left of it.</exception>
    /// <exception cref="Evenkeel.Graph.GraphException">EK0105: stride, dilation, padding or groups cannot be.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (Filters < 1) throw LayerErrors.BadOption(scope.Where, "filters", Filters, "at least 1", "A layer of 64 filters gives 64 channels.");
        var (height, width, channels) = Images.Require(scope, input, Kernel);
        if (Options.Stride.Height < 1 || Options.Stride.Width < 1) throw LayerErrors.BadOption(scope.Where, $"a stride of {Options.Stride}", "at least 1 x 1", "A stride of 2 doubles height and width.");
        if (OutputPadding.Height < 0 || OutputPadding.Width < 0 || OutputPadding.Height >= Options.Stride.Height || OutputPadding.Width >= Options.Stride.Width)
            throw LayerErrors.BadOption(scope.Where, $"an output padding of {OutputPadding}", $"0 or more, below the stride of {Options.Stride}", "Enlarge the stride, or pad the result with ZeroPad.");
        var (outputHeight, top, bottom) = Output(height, Options.Stride.Height, Convolution.Reach(Kernel.Height, Options.Dilation.Height), OutputPadding.Height, Options.Padding.Top, Options.Padding.Bottom);
        var (outputWidth, left, right) = Output(width, Options.Stride.Width, Convolution.Reach(Kernel.Width, Options.Dilation.Width), OutputPadding.Width, Options.Padding.Left, Options.Padding.Right);
        if (outputHeight < 1 || outputWidth < 1)
            throw LayerErrors.BadInput(scope.Where, input.Shape, $"an image of which the padding leaves something, but {outputHeight} x {outputWidth} places are left", "Pad less.");
        var geometry = new ConvolutionShape(outputHeight, outputWidth, Filters, channels, Kernel.Height, Kernel.Width)
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
        var weight = scope.Parameter("weight", Shape.Of(Kernel.Height, Kernel.Width, Math.Max(1, Filters / Math.Max(1, geometry.Groups)), channels), Options.WeightInitializer, decays: true, Options.TrainsWeight);
        return Convolution.AddBias(scope, new ConvolutionInputGradientNode(scope.Name, input, weight, geometry).Output, Options);
    }

    internal static TransposedConvolution Read(OptionReader options) =>
        new(options.Integer("filters"), ImageConfiguration.Size(options, "kernel"), Convolution.ReadOptions(options), ImageConfiguration.Size(options, "output_padding", default));

    internal static void Write(TransposedConvolution layer, OptionWriter options)
    {
        options.Integer("filters", layer.Filters);
        ImageConfiguration.Write(options, "kernel", layer.Kernel);
        Convolution.WriteOptions(layer.Options, options);
        ImageConfiguration.Write(options, "output_padding", layer.OutputPadding);
    }

    private (int Size, int Before, int After) Output(int size, int stride, int reach, int extra, int before, int after)
    {
        if (!Options.Padding.IsSame) return (((size - 1) * stride) + reach + extra - before - after, before, after);
        var taken = Math.Max(0, reach - stride);
        return (size * stride, taken / 2, taken - (taken / 2));
    }
}
