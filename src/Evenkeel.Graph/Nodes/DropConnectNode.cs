using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.DropConnect;

namespace Evenkeel.Graph.Nodes;

/// <summary>A product with weights of which every sample drops its own: in training <c>y = x (W m) / (1 - p)</c> with a mask m per sample; in evaluation <c>y = x W</c>, and how far training strays around it.</summary>
/// <remarks>Wan et al., Regularization of neural networks using DropConnect, ICML 2013, in the inverted form. The masks depend on the seed, the node's name and the attempt alone.</remarks>
public sealed class DropConnectNode : Node
{
    /// <summary>Creates the product.</summary>
    /// <param name="name">Where it stands in the model; also the name of its random stream.</param>
    /// <param name="input"><c>[N, inputs]</c></param>
    /// <param name="weight"><c>[inputs, units]</c></param>
    /// <param name="rate">The probability p of dropping, in (0, 1).</param>
    /// <exception cref="GraphException">EK0101: the shapes do not fit. EK0105: the rate is outside (0, 1).</exception>
    public DropConnectNode(string name, Value input, Value weight, float rate)
        : base(name, input, weight)
    {
        if (!(rate > 0 && rate < 1)) throw GraphException.BadOption(name, $"drop rate {rate}", "a probability in (0, 1)", "A rate of 0.5 drops every second weight.");
        if (input.Shape is not { IsBatched: true, Rank: 2 } || weight.Shape.IsBatched || weight.Shape.Rank != 2 || weight.Shape.Sizes[0] != input.Shape.Channels)
            throw GraphException.ShapeMismatch(name, $"input {input.Shape} and weight {weight.Shape}", "[N, inputs] and [inputs, units]", "Flatten inputs of more than two dimensions.");
        Rate = rate;
        Output = AddOutput(Shape.Batch(weight.Shape.Channels));
        Variance = AddOutput(Output.Shape, "variance");
        Mask = AddOutput(Shape.Batch(KeepBits.Words(weight.Shape.Sizes[0], weight.Shape.Channels)), "mask");
    }

    /// <summary>The probability of dropping.</summary>
    public float Rate { get; }

    /// <summary>The product, <c>[N, units]</c>.</summary>
    public Value Output { get; }

    /// <summary>Evaluation alone: <c>(x x) (W W)</c>, <c>[N, units]</c>; the variance of training's output is this times <c>p / (1 - p)</c>.</summary>
    public Value Variance { get; }

    /// <summary>Training alone: the bits of the masks, 32 to a number.</summary>
    public Value Mask { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds => Inputs[1].Shape.ElementsPerSample;

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var backward = new DropConnectBackwardNode($"{Name}.backward", cotangent, this);
        if (context.Needs(Inputs[0])) context.Add(Inputs[0], backward.InputCotangent);
        if (context.Needs(Inputs[1])) context.Add(Inputs[1], backward.WeightCotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new DropConnectNode(Name, inputs[0], inputs[1], Rate);
}
