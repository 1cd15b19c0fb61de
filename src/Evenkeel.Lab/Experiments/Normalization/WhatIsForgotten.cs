using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;

namespace Evenkeel.Lab.Experiments.Normalization;

/// <summary>Scales and shifts of a sample, and of a feature: which of them layer and batch normalisation keep.</summary>
public sealed class WhatIsForgotten : Experiment
{
    private const int Count = 64;
    private const int Features = 32;
    private const double Bar = 1e-3;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C33", Topics.Normalization, "Layer normalisation keeps the meaning of features")
    {
        Source = "S2",
        Phrase = "LN ... feature dimension ... 의미 정보가 소실되지 않음",
        Question = "What does each normalisation forget?",
        Criterion = "A part of the input is kept if the output changes by more than 1e-3 when it is scaled by 3 and shifted by 2. Layer normalisation keeps the scale and shift of a sample (the note: nothing is lost); batch normalisation loses that of a feature.",
        Cost = new(new(1, 1), new(1, 1), new(1, 1)),
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var features = LayerProbe.Normal(Count * Features, "features");
        double Change(Layer layer, bool ofSamples)
        {
            // Every second sample, or every second feature, is scaled and shifted.
            using var probe = new LayerProbe(new Sequential(("norm", layer)), [Features], Count);
            var changed = features.Select((value, i) => (ofSamples ? i / Features : i) % 2 == 0 ? (3 * value) + 2 : value).ToArray();
            return probe.Forward(features).Zip(probe.Forward(changed), static (a, b) => Math.Abs((double)a - b)).Max();
        }

        var (layerSample, layerFeature) = (Change(new LayerNorm(), true), Change(new LayerNorm(), false));
        var (batchSample, batchFeature) = (Change(new BatchNorm(), true), Change(new BatchNorm(), false));
        Finding[] findings =
        [
            Judge.AtLeast("layer normalisation, samples scaled and shifted: largest change of the output", layerSample, Bar, "nothing is lost"),
            Judge.AtMost("batch normalisation, features scaled and shifted: largest change of the output", batchFeature, Bar, "lost"),
            Judge.AtLeast("layer normalisation, features scaled and shifted: largest change of the output", layerFeature, Bar) with { Carries = false },
            Judge.AtLeast("batch normalisation, samples scaled and shifted: largest change of the output", batchSample, Bar) with { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "Each forgets what it normalises over. Layer normalisation forgets how large a sample is as a whole, which is why the batch normalisation paper objects to normalising within samples; batch normalisation forgets how large a feature is. Neither loses nothing.") with
        {
            Facts = [("inputs", FormattableString.Invariant($"{Count} samples of {Features} standard normal numbers; every second sample or feature becomes 3 x + 2"))],
        };
    }
}
