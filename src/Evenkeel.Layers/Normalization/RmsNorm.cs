using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>RMSNorm: the channels at every place are divided by the root of their mean square, <c>y = gamma x / sqrt(mean x^2 + epsilon)</c>; the mean stays.</summary>
/// <remarks>Zhang and Sennrich, arXiv 1910.07467, equation 4. Beta is off unless the options turn it on: the paper has none. Parameter: <c>gamma [C]</c>, to which no weight decay applies.</remarks>
public sealed class RmsNorm : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="options">Epsilon, gamma and beta; null for a learnt gamma, no beta and epsilon 1e-5. Checked when a model is built.</param>
    public RmsNorm(NormOptions? options = null) => Options = options ?? new NormOptions { Shift = AffineParameter.Off };

    /// <summary>Epsilon, gamma and beta.</summary>
    public NormOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "rms_norm";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: epsilon is not above 0. EK0121: the input has no batch with channels.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        Options.Check(scope, input);
        return new LayerNormNode(scope.Name, input, Options.Gamma(scope, input), Options.Beta(scope, input), Options.Epsilon, subtractsMean: false).Output;
    }

    internal static RmsNorm Read(OptionReader options) => new(NormOptions.Read(options));

    internal static void Write(RmsNorm layer, OptionWriter options) => layer.Options.Write(options);
}
