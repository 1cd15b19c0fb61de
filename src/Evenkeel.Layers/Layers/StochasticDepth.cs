using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Stochastic depth, the last layer of a residual branch: training plans set a whole sample to 0 with probability <see cref="Rate"/>, so that the shortcut alone is left, and divide the others by <c>1 - rate</c>; evaluation plans leave all as they are.</summary>
/// <remarks>Huang et al., arXiv 1603.09382, section 3, in the inverted form: the paper multiplies by <c>1 - rate</c> in evaluation instead. What is dropped depends on the plan's seed, the layer's name and the attempt alone.</remarks>
public sealed class StochasticDepth : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The probability of dropping, in [0, 1); checked when a model is built.</param>
    public StochasticDepth(float rate) => Rate = rate;

    /// <summary>The probability of dropping.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override string Kind => "stochastic_depth";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the rate is outside [0, 1).</exception>
    public override Value Build(BuildScope scope, Value input) => Dropout.Build(scope, input, Rate, DropoutUnit.Sample);

    internal static StochasticDepth Read(OptionReader options) => new(options.Number("rate"));

    internal static void Write(StochasticDepth layer, OptionWriter options) => options.Number("rate", layer.Rate);
}
