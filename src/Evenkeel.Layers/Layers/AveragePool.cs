using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Layers;

/// <summary>The mean of every window, channel by channel: <c>[N, H, W, C]</c> to <c>[N, OH, OW, C]</c>.</summary>
public sealed class AveragePool : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="window">The window's height and width.</param>
    /// <param name="stride">Places from one window to the next. Default the window's size, so that windows do not overlap.</param>
    /// <param name="padding">Places around the image. Default none.</param>
    /// <param name="countsPadding">Whether padding counts as zeros. Default no, as in TensorFlow: the mean is that of the image; PyTorch's default is yes.</param>
    public AveragePool(Size2 window, Size2? stride = null, Padding padding = default, bool countsPadding = false) =>
        (Window, Stride, Padding, CountsPadding) = (window, stride ?? window, padding, countsPadding);

    /// <summary>The window's height and width.</summary>
    public Size2 Window { get; }

    /// <summary>Places from one window to the next.</summary>
    public Size2 Stride { get; }

    /// <summary>Places around the image.</summary>
    public Padding Padding { get; }

    /// <summary>Whether padding counts as zeros.</summary>
    public bool CountsPadding { get; }

    /// <inheritdoc/>
    public override string Kind => "average_pool";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: window, stride or padding cannot be. EK0121: the input is no batch of images, or too small.</exception>
    public override Value Build(BuildScope scope, Value input) =>
        new AveragePoolingNode(scope.Name, input, PoolingWindows.Sliding(scope, input, Window, Stride, Padding), CountsPadding ? PoolingDivisor.Places : PoolingDivisor.Inputs).Output;

    internal static AveragePool Read(OptionReader options)
    {
        var window = ImageConfiguration.Size(options, "window");
        return new(window, ImageConfiguration.Size(options, "stride", window), ImageConfiguration.Padding(options, "padding"), options.Flag("counts_padding", false));
    }

    internal static void Write(AveragePool layer, OptionWriter options)
    {
        ImageConfiguration.Write(options, "window", layer.Window);
        ImageConfiguration.Write(options, "stride", layer.Stride);
        ImageConfiguration.Write(options, "padding", layer.Padding);
        options.Flag("counts_padding", layer.CountsPadding);
    }
}
