using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers;

/// <summary>Adds a trained row to every step of a sequence, <c>y[n, t] = x[n, t] + W[t]</c>: without it attention does not know the order of steps.</summary>
/// <remarks>Gehring et al., arXiv 1705.03122, section 3.1; Vaswani et al., arXiv 1706.03762, section 3.5, found it as good as sines. Parameter: <c>weight [T, features]</c>, to which no weight decay applies.</remarks>
public sealed class PositionEmbedding : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="weightInitializer">The first rows; null (default) for a normal distribution of deviation 0.02, far below what is embedded.</param>
    public PositionEmbedding(Initializer? weightInitializer = null) => WeightInitializer = weightInitializer ?? new Normal(0.02f);

    /// <summary>The first rows.</summary>
    public Initializer WeightInitializer { get; }

    /// <inheritdoc/>
    public override string Kind => "position_embedding";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0121: the input is no sequence.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var sequence = Sequences.Of(scope, input);
        var (shape, features) = (sequence.Shape, checked((int)sequence.Shape.ElementsPerSample));
        var weight = scope.Parameter("weight", Shape.Of(shape.Sizes[0], shape.Channels), WeightInitializer, decays: false);
        var flat = new ReshapeNode(scope.NameOf("flat"), sequence, Shape.Batch(features)).Output;
        var sum = new BiasAddNode(scope.Name, flat, new ReshapeNode(scope.NameOf("flat_weight"), weight, Shape.Of(features)).Output).Output;
        return new ReshapeNode(scope.NameOf("sequence"), sum, shape).Output;
    }

    internal static PositionEmbedding Read(OptionReader options) => new(options.OptionalInitializer("weight_initializer"));

    internal static void Write(PositionEmbedding layer, OptionWriter options) => options.Initializer("weight_initializer", layer.WeightInitializer);
}
