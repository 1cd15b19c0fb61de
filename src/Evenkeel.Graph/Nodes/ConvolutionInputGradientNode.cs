using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Graph.Nodes;

/// <summary>The gradient of a convolution by its input, dx from dy and w; used forward, a transposed convolution, which makes images larger.</summary>
public sealed class ConvolutionInputGradientNode : ConvolutionProductNode
{
    /// <summary>Creates the gradient.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent">dy <c>[N, OH, OW, K]</c></param>
    /// <param name="filter">w <c>[KH, KW, C / groups, K]</c></param>
    /// <param name="geometry">Sizes, stride, padding, dilation and groups of the convolution.</param>
    /// <exception cref="GraphException">EK0101: the shapes are not those of the geometry. EK0105: the geometry cannot be.</exception>
    public ConvolutionInputGradientNode(string name, Value cotangent, Value filter, ConvolutionShape geometry)
        : base(name, cotangent, filter, geometry)
    {
        ConvolutionShapes.Require(name, "cotangent", cotangent.Shape, ConvolutionShapes.Output(geometry));
        ConvolutionShapes.Require(name, "filter", filter.Shape, ConvolutionShapes.Filter(geometry));
        Output = AddOutput(ConvolutionShapes.Input(geometry));
    }

    /// <summary>dx <c>[N, H, W, C]</c></summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        if (context.Needs(Inputs[0])) context.Add(Inputs[0], new ConvolutionNode($"{Name}.d_input", cotangent, Inputs[1], Geometry).Output);
        if (context.Needs(Inputs[1])) context.Add(Inputs[1], new ConvolutionFilterGradientNode($"{Name}.d_filter", cotangent, Inputs[0], Geometry).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ConvolutionInputGradientNode(Name, inputs[0], inputs[1], Geometry);
}
