using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>The rectifier whose slope below 0 is learnt, one per channel: <c>y = x</c> where <c>x &gt; 0</c>, else <c>slope[c] x</c>.</summary>
/// <remarks>He et al., arXiv 1502.01852, section 2.1. Parameter: <c>slope [C]</c>, to which no weight decay applies, since it would pull the slopes to ReLU's.</remarks>
public sealed class Prelu : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="initialSlope">Every slope's first value. Default 0.25, the paper's.</param>
    public Prelu(float initialSlope = 0.25f) => InitialSlope = initialSlope;

    /// <summary>Every slope's first value.</summary>
    public float InitialSlope { get; }

    /// <inheritdoc/>
    public override string Kind => "prelu";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the slope is not finite.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (!float.IsFinite(InitialSlope)) throw LayerErrors.BadOption(scope.Where, "initial slope", InitialSlope, "a finite number", "The default is 0.25.");
        var slopes = scope.Parameter("slope", Shape.Of(input.Shape.Channels), new Constant(InitialSlope), decays: false);
        return new PreluNode(scope.Name, input, slopes).Output;
    }

    internal static Prelu Read(OptionReader options) => new(options.Number("initial_slope", 0.25f));

    internal static void Write(Prelu layer, OptionWriter options) => options.Number("initial_slope", layer.InitialSlope);
}
