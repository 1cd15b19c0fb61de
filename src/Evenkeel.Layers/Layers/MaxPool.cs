using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>The largest number of every window, channel by channel: <c>[N, H, W, C]</c> to <c>[N, OH, OW, C]</c>.</summary>
/// <remarks>Padding is never the largest; of equal numbers the first one gets the gradient; a NaN in a window gives NaN.</remarks>
public sealed class MaxPool : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="window">The window's height and width.</param>
    /// <param name="stride">Places from one window to the next. Default the window's size, so that windows do not overlap.</param>
    /// <param name="padding">Places around the image. Default none.</param>
    public MaxPool(Size2 window, Size2? stride = null, Padding padding = default) => (Window, Stride, Padding) = (window, stride ?? window, padding);

    /// <summary>The window's height and width.</summary>
    public Size2 Window { get; }

    /// <summary>Places from one window to the next.</summary>
    public Size2 Stride { get; }

    /// <summary>Places around the image.</summary>
    public Padding Padding { get; }

    /// <inheritdoc/>
    public override string Kind => "max_pool";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: window, stride or padding cannot be. EK0121: the input is no batch of images, or too small.</exception>
    public override Value Build(BuildScope scope, Value input) => new MaxPoolingNode(scope.Name, input, PoolingWindows.Sliding(scope, input, Window, Stride, Padding)).Output;

    internal static MaxPool Read(OptionReader options)
    {
        var window = ImageConfiguration.Size(options, "window");
        return new(window, ImageConfiguration.Size(options, "stride", window), ImageConfiguration.Padding(options, "padding"));
    }

    internal static void Write(MaxPool layer, OptionWriter options)
    {
        ImageConfiguration.Write(options, "window", layer.Window);
        ImageConfiguration.Write(options, "stride", layer.Stride);
        ImageConfiguration.Write(options, "padding", layer.Padding);
    }
}
