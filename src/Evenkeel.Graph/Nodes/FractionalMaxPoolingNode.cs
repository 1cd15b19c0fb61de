using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Graph.Nodes;

/// <summary>The largest number of regions that every sample and every attempt draws anew in training; in evaluation the regions are even: <c>[N, H, W, C]</c> to <c>[N, OH, OW, C]</c>.</summary>
/// <remarks>Graham, arXiv 1412.6071. The regions depend on the seed, the node's name, the attempt and the sample's place in the batch alone.</remarks>
public sealed class FractionalMaxPoolingNode : Node
{
    /// <summary>Creates the pooling.</summary>
    /// <param name="name">Where it stands in the model; also the name of its random stream.</param>
    /// <param name="input"><c>[N, H, W, C]</c></param>
    /// <param name="regions">What is drawn.</param>
    /// <exception cref="GraphException">EK0101: the input is not that of the regions. EK0105: no regions of one and two steps fit, or the image has too many places.</exception>
    public FractionalMaxPoolingNode(string name, Value input, FractionalRegions regions)
        : base(name, input)
    {
        if (!regions.IsPossible)
            throw GraphException.BadOption(name, $"{regions.OutputHeight} x {regions.OutputWidth} regions of {regions.Height} x {regions.Width} places", "between half as many and as many regions as places along both axes", "Overlapping regions lose one place: ask for fewer of them.");
        PoolingShapes.RequireInput(name, input.Shape, regions.Regular());
        if ((long)regions.Height * regions.Width > MaxPoolingNode.LargestPlane)
            throw GraphException.BadOption(name, $"images of {regions.Height} x {regions.Width} places", $"at most {MaxPoolingNode.LargestPlane} places", "Cut the images into parts.");
        Regions = regions;
        Output = AddOutput(Shape.Batch(regions.OutputHeight, regions.OutputWidth, regions.Channels));
        Positions = AddOutput(Output.Shape, "positions");
    }

    /// <summary>What is drawn.</summary>
    public FractionalRegions Regions { get; }

    /// <summary>The largest numbers.</summary>
    public Value Output { get; }

    /// <summary>Where each of them stood, <c>h W + w</c>.</summary>
    public Value Positions { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new FractionalMaxPoolingBackwardNode($"{Name}.backward", cotangent, Positions, Name, Regions).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new FractionalMaxPoolingNode(Name, inputs[0], Regions);
}
