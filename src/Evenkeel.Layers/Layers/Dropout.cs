using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Inverted dropout: training plans set each number to 0 with probability <see cref="Rate"/> and divide the others by <c>1 - rate</c>; evaluation plans leave all as they are.</summary>
/// <remarks>Srivastava et al. 2014. Which numbers are dropped depends on the plan's seed, the layer's name and the attempt alone.</remarks>
public sealed class Dropout : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The probability of dropping, in [0, 1); checked when a model is built.</param>
    public Dropout(float rate) => Rate = rate;

    /// <summary>The probability of dropping.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override string Kind => "dropout";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the rate is outside [0, 1).</exception>
    public override Value Build(BuildScope scope, Value input) => Build(scope, input, Rate, DropoutUnit.Element);

    /// <exception cref="LayerException">EK0120: the rate is outside [0, 1).</exception>
    internal static Value Build(BuildScope scope, Value input, float rate, DropoutUnit unit)
    {
        if (!(rate >= 0 && rate < 1)) throw LayerErrors.BadOption(scope.Where, "rate", rate, "a probability in [0, 1)", "A rate of 0.5 drops every second one.");
        return rate == 0 ? input : new DropoutNode(scope.Name, input, rate, unit).Output;
    }

    internal static Dropout Read(OptionReader options) => new(options.Number("rate"));

    internal static void Write(Dropout layer, OptionWriter options) => options.Number("rate", layer.Rate);
}
