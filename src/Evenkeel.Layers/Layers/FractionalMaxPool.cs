using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Layers;

/// <summary>Maximum pooling that makes images smaller by a factor between 1 and 2, over regions that every sample of every training step draws anew: <c>[N, H, W, C]</c> to <c>[N, H / ratio, W / ratio, C]</c>, rounded down.</summary>
/// <remarks>
/// Graham, arXiv 1412.6071. Evaluation takes the even regions (u = 1/2), so that equal samples give equal predictions; the paper averages several random ones instead. What is drawn depends on the plan's seed, the layer's name,
/// the attempt and the sample's place in the batch alone.
/// </remarks>
public sealed class FractionalMaxPool : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="ratio">How much smaller images become, in [1, 2]; checked when a model is built. The paper's are roots of 2, for example 1.41.</param>
    /// <param name="sequence">How the steps between regions are drawn. Default pseudo-random: nearly even, and better in the paper where images are distorted too.</param>
    /// <param name="overlaps">Whether neighbouring regions share a row or column. Default yes, which is better in the paper.</param>
    public FractionalMaxPool(float ratio, FractionalSequence sequence = FractionalSequence.PseudoRandom, bool overlaps = true) => (Ratio, Sequence, Overlaps) = (ratio, sequence, overlaps);

    /// <summary>How much smaller images become.</summary>
    public float Ratio { get; }

    /// <summary>How the steps between regions are drawn.</summary>
    public FractionalSequence Sequence { get; }

    /// <summary>Whether neighbouring regions share a row or column.</summary>
    public bool Overlaps { get; }

    /// <inheritdoc/>
    public override string Kind => "fractional_max_pool";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the ratio is outside [1, 2]. EK0121: the input is no batch of images, or no such regions fit.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (!(Ratio >= 1 && Ratio <= 2)) throw LayerErrors.BadOption(scope.Where, "ratio", Ratio, "a number in [1, 2]", "Regions are one or two places apart; 1.41 halves the area.");
        var (height, width, channels) = Images.Require(scope, input);
        var regions = new FractionalRegions(height, width, channels, (int)(height / Ratio), (int)(width / Ratio), Sequence, Overlaps);
        if (!regions.IsPossible)
            throw LayerErrors.BadInput(scope.Where, input.Shape, $"images that regions {(Overlaps ? "of 2 to 3 places that share one" : "of 1 to 2 places")} can cover at a ratio of {Ratio}", "Use larger images, another ratio, or disjoint regions.");
        return new FractionalMaxPoolingNode(scope.Name, input, regions).Output;
    }

    internal static FractionalMaxPool Read(OptionReader options) => new(options.Number("ratio"), options.Choice("sequence", FractionalSequence.PseudoRandom), options.Flag("overlaps", true));

    internal static void Write(FractionalMaxPool layer, OptionWriter options)
    {
        options.Number("ratio", layer.Ratio);
        options.Choice("sequence", layer.Sequence);
        options.Flag("overlaps", layer.Overlaps);
    }
}
