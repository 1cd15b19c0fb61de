using Evenkeel.Graph.Nodes;
using Evenkeel.Layers;
using Evenkeel.Layers.Configuration;

namespace OwnParts;

/// <summary>The channels at every place are divided by the root of their mean square, without parameters: <c>y = x / sqrt(mean x^2 + epsilon)</c>.</summary>
/// <remarks>Karras et al., arXiv 1710.10196, section 4.2.</remarks>
public sealed class PixelNorm : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="epsilon">Added below the root. Default 1e-8, the paper's.</param>
    public PixelNorm(float epsilon = 1e-8f) => Epsilon = epsilon;

    /// <summary>Added below the root.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public override string Kind => "pixel_norm";

    /// <inheritdoc/>
    public override Value Build(BuildScope scope, Value input) =>
        new LayerNormNode(scope.Name, input, gamma: null, beta: null, Epsilon, subtractsMean: false).Output;

    /// <summary>Makes the layer from a configuration.</summary>
    public static PixelNorm Read(OptionReader options) => new(options.Number("epsilon", 1e-8f));

    /// <summary>Writes what <see cref="Read"/> asks for.</summary>
    public static void Write(PixelNorm layer, OptionWriter options) => options.Number("epsilon", layer.Epsilon);
}
