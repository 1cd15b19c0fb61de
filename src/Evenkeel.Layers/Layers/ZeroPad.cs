using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Zeros around every image, <c>[N, H, W, C]</c> to <c>[N, top + H + bottom, left + W + right, C]</c>.</summary>
public sealed class ZeroPad : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="padding">Rows and columns of zeros, 0 or more on every side; checked when a model is built.</param>
    public ZeroPad(Padding padding) => Padding = padding;

    /// <summary>Rows and columns of zeros.</summary>
    public Padding Padding { get; }

    /// <inheritdoc/>
    public override string Kind => "zero_pad";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the padding is negative, or <see cref="Padding.Same"/>, which has no meaning here. EK0121: the input is no batch of images.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var (height, width, channels) = Images.Require(scope, input);
        if (Padding.IsSame || Math.Min(Math.Min(Padding.Top, Padding.Bottom), Math.Min(Padding.Left, Padding.Right)) < 0)
            throw LayerErrors.BadOption(scope.Where, $"a padding of {Padding}", "0 or more places on every side", "Name the places, for example Padding.Of(0, 1, 0, 1).");
        var place = new ImageSlice(new SliceRange(Padding.Top, height), new SliceRange(Padding.Left, width), SliceRange.All(channels));
        return new ZeroPadNode(scope.Name, input, place, Shape.Batch(Padding.Top + height + Padding.Bottom, Padding.Left + width + Padding.Right, channels)).Output;
    }

    internal static ZeroPad Read(OptionReader options) => new(ImageConfiguration.Padding(options, "padding"));

    internal static void Write(ZeroPad layer, OptionWriter options) => ImageConfiguration.Write(options, "padding", layer.Padding);
}
