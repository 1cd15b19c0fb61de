using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Graph.Nodes;

/// <summary>The convolution (without reflection of the filter) <c>y[n, i, j, k] = sum_(a, b, c) x[n, i s + a d - p, j s + b d - p, c] w[a, b, c, k]</c>, zeros outside.</summary>
public sealed class ConvolutionNode : ConvolutionProductNode
{
    /// <summary>Creates the convolution.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input">x <c>[N, H, W, C]</c></param>
    /// <param name="filter">w <c>[KH, KW, C / groups, K]</c></param>
    /// <param name="geometry">Sizes, stride, padding, dilation and groups.</param>
    /// <exception cref="GraphException">EK0101: the shapes are not those of the geometry. EK0105: the geometry cannot be.</exception>
    public ConvolutionNode(string name, Value input, Value filter, ConvolutionShape geometry)
        : base(name, input, filter, geometry)
    {
        ConvolutionShapes.Require(name, "input", input.Shape, ConvolutionShapes.Input(geometry));
        ConvolutionShapes.Require(name, "filter", filter.Shape, ConvolutionShapes.Filter(geometry));
        Output = AddOutput(ConvolutionShapes.Output(geometry));
    }

    /// <summary>y <c>[N, OH, OW, K]</c></summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        if (context.Needs(Inputs[0])) context.Add(Inputs[0], new ConvolutionInputGradientNode($"{Name}.d_input", cotangent, Inputs[1], Geometry).Output);
        if (context.Needs(Inputs[1])) context.Add(Inputs[1], new ConvolutionFilterGradientNode($"{Name}.d_filter", Inputs[0], cotangent, Geometry).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ConvolutionNode(Name, inputs[0], inputs[1], Geometry);
}
