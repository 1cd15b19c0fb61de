using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Layers;

/// <summary>Nearest-neighbour up-sampling: every pixel is repeated, <c>[N, H, W, C]</c> to <c>[N, H fh, W fw, C]</c>.</summary>
public sealed class Upsample : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="factor">How often rows and columns are repeated, at least 1; checked when a model is built.</param>
    public Upsample(Size2 factor) => Factor = factor;

    /// <summary>How often rows and columns are repeated.</summary>
    public Size2 Factor { get; }

    /// <inheritdoc/>
    public override string Kind => "upsample";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: a factor below 1. EK0121: the input is no batch of images.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var (height, width, channels) = Images.Require(scope, input);
        if (Factor.Height < 1 || Factor.Width < 1) throw LayerErrors.BadOption(scope.Where, $"a factor of {Factor}", "at least 1 x 1", "A factor of 2 doubles height and width.");
        var windows = new PoolingShape(PoolingAxis.Sliding(height * Factor.Height, Factor.Height, Factor.Height), PoolingAxis.Sliding(width * Factor.Width, Factor.Width, Factor.Width), channels);
        return new AveragePoolingBackwardNode(scope.Name, input, windows, PoolingDivisor.One).Output;
    }

    internal static Upsample Read(OptionReader options) => new(ImageConfiguration.Size(options, "factor"));

    internal static void Write(Upsample layer, OptionWriter options) => ImageConfiguration.Write(options, "factor", layer.Factor);
}
