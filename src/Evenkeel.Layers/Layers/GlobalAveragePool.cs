using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Layers;

/// <summary>The mean of every channel over the whole image: <c>[N, H, W, C]</c> to <c>[N, C]</c>.</summary>
/// <remarks>Lin et al., Network in network, arXiv 1312.4400, section 3.2.</remarks>
public sealed class GlobalAveragePool : Layer
{
    /// <inheritdoc/>
    public override string Kind => "global_average_pool";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0121: the input is no batch of images.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var means = new AveragePoolingNode(scope.Name, input, PoolingWindows.Adaptive(scope, input, 1), PoolingDivisor.Inputs).Output;
        return new ReshapeNode(scope.NameOf("flat"), means, Shape.Batch(input.Shape.Channels)).Output;
    }
}
