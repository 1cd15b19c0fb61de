using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Instance normalisation: every channel of every sample is normalised by its own mean and variance over the places; the same in training and evaluation.</summary>
/// <remarks>Ulyanov, Vedaldi and Lempitsky, arXiv 1607.08022. As PyTorch's <c>InstanceNorm2d(affine=True)</c>. Parameters: <c>gamma [C]</c>, <c>beta [C]</c>, to which no weight decay applies.</remarks>
public sealed class InstanceNorm : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="options">Epsilon, gamma and beta; null for <see cref="NormOptions.Default"/>. Checked when a model is built.</param>
    public InstanceNorm(NormOptions? options = null) => Options = options ?? NormOptions.Default;

    /// <summary>Epsilon, gamma and beta.</summary>
    public NormOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "instance_norm";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: epsilon is not above 0. EK0121: the input has no batch with channels, or one value per channel and sample.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        Options.Check(scope, input);
        if (input.Shape.RowsPerSample < 2) throw LayerErrors.BadInput(scope.Where, input.Shape, "[N, ..., channels] with more than one place per sample", "A single value is its own mean: use LayerNorm or BatchNorm.");
        return new GroupNormNode(scope.Name, input, Options.Gamma(scope, input), Options.Beta(scope, input), input.Shape.Channels, Options.Epsilon).Output;
    }

    internal static InstanceNorm Read(OptionReader options) => new(NormOptions.Read(options));

    internal static void Write(InstanceNorm layer, OptionWriter options) => layer.Options.Write(options);
}
