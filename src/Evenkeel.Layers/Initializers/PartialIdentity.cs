using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Layers.Initializers;

/// <summary>Convolutions that begin by handing their input on: as many filters as there are channels are the identity, the others even over <c>+-1 / sqrt(taps x channels)</c>.</summary>
/// <remarks>For filters <c>[h, w, channels, filters]</c>: filter f below the number of channels is 1 at the middle tap of channel f and 0 elsewhere. Jordan, arXiv 2404.00498, section 3.3; the rest as PyTorch begins.</remarks>
public sealed class PartialIdentity : Initializer
{
    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the shape is none of filters.</exception>
    public override void Fill(Span<float> values, Shape shape, ulong seed, string name)
    {
        if (shape.IsBatched || shape.Rank != 4) throw LayerErrors.BadOption(nameof(PartialIdentity), $"shape {shape}", "[h, w, channels, filters]", "Use another initialiser for other tensors.");
        var (height, width, channels, filters) = (shape.Sizes[0], shape.Sizes[1], shape.Sizes[2], shape.Sizes[3]);
        var bound = 1 / MathF.Sqrt(height * width * channels);
        new RandomStream(seed, name).FillUniform(values);
        for (var i = 0; i < values.Length; i++)
        {
            var (place, filter) = (i / filters, i % filters);
            var (tap, channel) = (place / channels, place % channels);
            var isMiddle = tap == (((height / 2) * width) + (width / 2));
            values[i] = filter >= channels ? bound * ((2 * values[i]) - 1) : isMiddle && channel == filter ? 1 : 0;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "partial identity";
}
