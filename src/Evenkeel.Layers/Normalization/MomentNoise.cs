using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Noise with a mean and a deviation that every unit draws anew at every training step, <c>y = s x + m</c>; evaluation plans leave all as it is. Behind batch normalisation it makes "noisy BatchNorm".</summary>
/// <remarks>Santurkar et al., arXiv 1805.11604, Algorithm 1 of the appendix. It shows that a network whose distributions shift wildly can train as fast as a normalised one; it is of no other use.</remarks>
public sealed class MomentNoise : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="options">How much; null for the paper's numbers. Checked when a model is built.</param>
    public MomentNoise(MomentNoiseOptions? options = null) => Options = options ?? MomentNoiseOptions.Default;

    /// <summary>How much.</summary>
    public MomentNoiseOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "moment_noise";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: an option is out of its range.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (!Options.IsValid) throw LayerErrors.BadOption(scope.Where, $"{Options}", "ranges from 0 on, and a largest deviation from 1 on", "The paper's are 0.5, 1.25, 0.1 and 0.1.");
        return new MomentNoiseNode(scope.Name, input, Options).Output;
    }

    internal static MomentNoise Read(OptionReader options)
    {
        var defaults = MomentNoiseOptions.Default;
        return new(new MomentNoiseOptions
        {
            Mean = options.Number("mean", defaults.Mean),
            Deviation = options.Number("deviation", defaults.Deviation),
            MeanSpread = options.Number("mean_spread", defaults.MeanSpread),
            DeviationSpread = options.Number("deviation_spread", defaults.DeviationSpread),
        });
    }

    internal static void Write(MomentNoise layer, OptionWriter options)
    {
        options.Number("mean", layer.Options.Mean);
        options.Number("deviation", layer.Options.Deviation);
        options.Number("mean_spread", layer.Options.MeanSpread);
        options.Number("deviation_spread", layer.Options.DeviationSpread);
    }
}
