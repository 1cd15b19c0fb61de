using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;

namespace Evenkeel.Graph.Nodes;

/// <summary>What dropout keeps or drops as one.</summary>
public enum DropoutUnit
{
    /// <summary>Every number for itself.</summary>
    Element,

    /// <summary>All places of a channel of a sample: spatial dropout (Tompson et al., arXiv 1411.4280).</summary>
    Channel,

    /// <summary>A whole sample: stochastic depth, at the end of a residual branch (Huang et al., arXiv 1603.09382).</summary>
    Sample,
}

/// <summary>Inverted dropout: in training <c>y = x m</c>, where m is 0 with probability p and 1 / (1 - p) otherwise; in evaluation <c>y = x</c>.</summary>
/// <remarks>Srivastava et al. 2014, in the inverted form. The mask depends on the seed, the node's name and the attempt alone.</remarks>
public sealed class DropoutNode : Node
{
    /// <summary>Creates the dropout.</summary>
    /// <param name="name">Where it stands in the model; also the name of its random stream.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="rate">The probability p of dropping, in [0, 1).</param>
    /// <param name="unit">What is kept or dropped as one. Default every number for itself.</param>
    /// <exception cref="GraphException">EK0105: the rate is outside [0, 1).</exception>
    public DropoutNode(string name, Value input, float rate, DropoutUnit unit = DropoutUnit.Element)
        : base(name, input)
    {
        if (!(rate >= 0 && rate < 1))
            throw GraphException.BadOption(name, $"dropout rate {rate}", "a probability in [0, 1)", "A rate of 0.5 drops every second unit.");
        (Rate, Unit) = (rate, unit);
        Output = AddOutput(input.Shape);
        Mask = AddOutput(input.Shape, "mask");
    }

    /// <summary>The probability of dropping.</summary>
    public float Rate { get; }

    /// <summary>What is kept or dropped as one.</summary>
    public DropoutUnit Unit { get; }

    /// <summary>The thinned input.</summary>
    public Value Output { get; }

    /// <summary>0 or 1 / (1 - p) for every element.</summary>
    public Value Mask { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new MultiplyNode($"{Name}.backward", cotangent, Mask).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new DropoutNode(Name, inputs[0], Rate, Unit);
}
