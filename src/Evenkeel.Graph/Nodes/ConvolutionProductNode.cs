using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Graph.Nodes;

/// <summary>What the three products of a convolution share: y from x and w, dx from dy and w, dw from x and dy. Each is linear in both operands, so each one's adjoint is made of the other two.</summary>
public abstract class ConvolutionProductNode : Node
{
    private protected ConvolutionProductNode(string name, Value left, Value right, ConvolutionShape geometry)
        : base(name, left, right)
    {
        ConvolutionShapes.RequireSensible(name, geometry);
        Geometry = geometry;
    }

    /// <summary>Sizes, stride, padding, dilation and groups.</summary>
    public ConvolutionShape Geometry { get; }

    /// <inheritdoc/>
    public sealed override long MultiplyAdds => Geometry.MultiplyAdds;
}
