using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Largest numbers of as many windows as wanted, whatever the image's size; windows as in <see cref="AdaptiveAveragePool"/>. <c>[N, H, W, C]</c> to <c>[N, OH, OW, C]</c>.</summary>
public sealed class AdaptiveMaxPool : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="output">Height and width of the result, at least 1 x 1; checked when a model is built.</param>
    public AdaptiveMaxPool(Size2 output) => Output = output;

    /// <summary>Height and width of the result.</summary>
    public Size2 Output { get; }

    /// <inheritdoc/>
    public override string Kind => "adaptive_max_pool";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no output. EK0121: the input is no batch of images.</exception>
    public override Value Build(BuildScope scope, Value input) => new MaxPoolingNode(scope.Name, input, PoolingWindows.Adaptive(scope, input, Output)).Output;

    internal static AdaptiveMaxPool Read(OptionReader options) => new(ImageConfiguration.Size(options, "output"));

    internal static void Write(AdaptiveMaxPool layer, OptionWriter options) => ImageConfiguration.Write(options, "output", layer.Output);
}
