using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Layers;

/// <summary>Means over as many windows as wanted, whatever the image's size: output i sees <c>floor(i size / outputs)</c> up to <c>ceil((i + 1) size / outputs)</c>. <c>[N, H, W, C]</c> to <c>[N, OH, OW, C]</c>.</summary>
public sealed class AdaptiveAveragePool : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="output">Height and width of the result, at least 1 x 1; checked when a model is built.</param>
    public AdaptiveAveragePool(Size2 output) => Output = output;

    /// <summary>Height and width of the result.</summary>
    public Size2 Output { get; }

    /// <inheritdoc/>
    public override string Kind => "adaptive_average_pool";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no output. EK0121: the input is no batch of images.</exception>
    public override Value Build(BuildScope scope, Value input) => new AveragePoolingNode(scope.Name, input, PoolingWindows.Adaptive(scope, input, Output), PoolingDivisor.Inputs).Output;

    internal static AdaptiveAveragePool Read(OptionReader options) => new(ImageConfiguration.Size(options, "output"));

    internal static void Write(AdaptiveAveragePool layer, OptionWriter options) => ImageConfiguration.Write(options, "output", layer.Output);
}
