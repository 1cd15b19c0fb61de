using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Every so many rows and columns, with channels of zeros behind those that come in: a shortcut without parameters where a residual branch changes the shape. <c>[N, H, W, C]</c> to <c>[N, ceil(H / stride), ceil(W / stride), channels]</c>.</summary>
/// <remarks>Option A of He et al., arXiv 1512.03385, section 3.3.</remarks>
public sealed class Subsample : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="stride">From one row or column that is kept to the next, at least 1.</param>
    /// <param name="channels">How many channels go out, at least as many as come in.</param>
    public Subsample(Size2 stride, int channels) => (Stride, Channels) = (stride, channels);

    /// <summary>From one row or column that is kept to the next.</summary>
    public Size2 Stride { get; }

    /// <summary>How many channels go out.</summary>
    public int Channels { get; }

    /// <inheritdoc/>
    public override string Kind => "subsample";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: a stride below 1, or fewer channels than come in. EK0121: the input is no batch of images.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var (height, width, channels) = Images.Require(scope, input);
        if (Stride.Height < 1 || Stride.Width < 1) throw LayerErrors.BadOption(scope.Where, $"a stride of {Stride}", "at least 1 x 1", "A stride of 2 halves height and width.");
        if (Channels < channels) throw LayerErrors.BadOption(scope.Where, "channels", Channels, FormattableString.Invariant($"at least the {channels} that come in"), "Use a Convolution of 1 x 1 to make fewer.");
        var rows = new SliceRange(0, (height + Stride.Height - 1) / Stride.Height, Stride.Height);
        var columns = new SliceRange(0, (width + Stride.Width - 1) / Stride.Width, Stride.Width);
        var kept = Stride == 1 ? input : new SliceNode(scope.NameOf("slice"), input, new ImageSlice(rows, columns, SliceRange.All(channels))).Output;
        if (Channels == channels) return kept;
        var padded = Shape.Batch(rows.Count, columns.Count, Channels);
        return new ZeroPadNode(scope.Name, kept, ImageSlice.OfChannels(padded, 0, channels), padded).Output;
    }

    internal static Subsample Read(OptionReader options) => new(ImageConfiguration.Size(options, "stride"), options.Integer("channels"));

    internal static void Write(Subsample layer, OptionWriter options)
    {
        ImageConfiguration.Write(options, "stride", layer.Stride);
        options.Integer("channels", layer.Channels);
    }
}
