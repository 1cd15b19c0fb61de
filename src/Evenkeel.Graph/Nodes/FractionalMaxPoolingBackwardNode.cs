using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of fractional maximum pooling: every cotangent goes to the place that was taken.</summary>
public sealed class FractionalMaxPoolingBackwardNode : Node
{
    /// <summary>Creates the adjoint.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent"><c>[N, OH, OW, C]</c></param>
    /// <param name="positions">The places that were taken, shaped as the cotangent.</param>
    /// <param name="stream">The pooling's name, from which its regions were drawn.</param>
    /// <param name="regions">What was drawn.</param>
    public FractionalMaxPoolingBackwardNode(string name, Value cotangent, Value positions, string stream, FractionalRegions regions)
        : base(name, cotangent, positions)
    {
        (Stream, Regions) = (stream, regions);
        Output = AddOutput(Shape.Batch(regions.Height, regions.Width, regions.Channels));
    }

    /// <summary>The pooling's name.</summary>
    public string Stream { get; }

    /// <summary>What was drawn.</summary>
    public FractionalRegions Regions { get; }

    /// <summary>The cotangent of the pooling's input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new FractionalMaxPoolingBackwardNode(Name, inputs[0], inputs[1], Stream, Regions);
}
