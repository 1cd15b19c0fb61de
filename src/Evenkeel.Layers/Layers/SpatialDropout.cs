using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Spatial dropout: training plans set all places of a channel of a sample to 0 with probability <see cref="Rate"/> and divide the others by <c>1 - rate</c>; evaluation plans leave all as they are.</summary>
/// <remarks>Tompson et al., arXiv 1411.4280, section 3.2. Neighbouring pixels say the same, so dropping single ones takes little away. Of <c>[N, F]</c> every number is a channel, as in <see cref="Dropout"/>. What is dropped depends on the plan's seed, the layer's name and the attempt alone.</remarks>
public sealed class SpatialDropout : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The probability of dropping, in [0, 1); checked when a model is built.</param>
    public SpatialDropout(float rate) => Rate = rate;

    /// <summary>The probability of dropping.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override string Kind => "spatial_dropout";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the rate is outside [0, 1).</exception>
    public override Value Build(BuildScope scope, Value input) => Dropout.Build(scope, input, Rate, DropoutUnit.Channel);

    internal static SpatialDropout Read(OptionReader options) => new(options.Number("rate"));

    internal static void Write(SpatialDropout layer, OptionWriter options) => options.Number("rate", layer.Rate);
}
