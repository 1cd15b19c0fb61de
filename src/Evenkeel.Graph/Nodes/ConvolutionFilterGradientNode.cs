using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Graph.Nodes;

/// <summary>The gradient of a convolution by its filter, dw from x and dy, summed over all samples.</summary>
public sealed class ConvolutionFilterGradientNode : ConvolutionProductNode
{
    /// <summary>Creates the gradient.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input">x <c>[N, H, W, C]</c></param>
    /// <param name="cotangent">dy <c>[N, OH, OW, K]</c></param>
    /// <param name="geometry">Sizes, stride, padding, dilation and groups of the convolution.</param>
    /// <exception cref="GraphException">EK0101: the shapes are not those of the geometry. EK0105: the geometry cannot be.</exception>
    public ConvolutionFilterGradientNode(string name, Value input, Value cotangent, ConvolutionShape geometry)
        : base(name, input, cotangent, geometry)
    {
        ConvolutionShapes.Require(name, "input", input.Shape, ConvolutionShapes.Input(geometry));
        ConvolutionShapes.Require(name, "cotangent", cotangent.Shape, ConvolutionShapes.Output(geometry));
        Output = AddOutput(ConvolutionShapes.Filter(geometry));
    }

    /// <summary>dw <c>[KH, KW, C / groups, K]</c></summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        if (context.Needs(Inputs[0])) context.Add(Inputs[0], new ConvolutionInputGradientNode($"{Name}.d_input", Inputs[1], cotangent, Geometry).Output);
        if (context.Needs(Inputs[1])) context.Add(Inputs[1], new ConvolutionNode($"{Name}.d_cotangent", Inputs[0], cotangent, Geometry).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ConvolutionFilterGradientNode(Name, inputs[0], inputs[1], Geometry);
}
