using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Layer normalisation: the channels at every place are normalised by their own mean and variance, <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c>; the same in training and evaluation, whatever the batch.</summary>
/// <remarks>Ba, Kiros and Hinton, arXiv 1607.06450. Over the last dimension, as Keras' default and PyTorch's <c>LayerNorm(C)</c>; over whole images take <c>GroupNorm(1)</c>. Parameters: <c>gamma [C]</c>, <c>beta [C]</c>, to which no weight decay applies.</remarks>
public sealed class LayerNorm : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="options">Epsilon, gamma and beta; null for <see cref="NormOptions.Default"/>. Checked when a model is built.</param>
    public LayerNorm(NormOptions? options = null) => Options = options ?? NormOptions.Default;

    /// <summary>Epsilon, gamma and beta.</summary>
    public NormOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "layer_norm";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: epsilon is not above 0. EK0121: the input has no batch with channels.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        Options.Check(scope, input);
        return new LayerNormNode(scope.Name, input, Options.Gamma(scope, input), Options.Beta(scope, input), Options.Epsilon).Output;
    }

    internal static LayerNorm Read(OptionReader options) => new(NormOptions.Read(options));

    internal static void Write(LayerNorm layer, OptionWriter options) => layer.Options.Write(options);
}
