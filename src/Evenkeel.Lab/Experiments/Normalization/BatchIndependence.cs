using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;

namespace Evenkeel.Lab.Experiments.Normalization;

/// <summary>Layer and group normalisation use the numbers of one sample, so its output is the same in any company.</summary>
public sealed class BatchIndependence : Experiment
{
    private const int Most = 64;

    private static readonly int[] Image = [4, 4, 32];
    private static readonly int[] Sizes = [2, 3, 17, Most];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C34", Topics.Normalization, "Layer normalisation does not depend on the batch")
    {
        Source = "S2",
        Phrase = "LN 배치와 무관",
        Question = "Is a sample's output the same in every batch, in training as in evaluation?",
        Criterion = "Bitwise equal outputs for layer and group normalisation in every batch, in training and evaluation; batch normalisation's differ in training.",
        Cost = Cost.Exact(1),
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (layer, group, batch) = (Differing(new LayerNorm()), Differing(new GroupNorm()), Differing(new BatchNorm()));
        Finding[] findings =
        [
            new("layer normalisation: numbers that differ in another batch or in evaluation", "none", Judge.Number(layer.Training + layer.Inference), "none", layer.Training + layer.Inference == 0),
            new("group normalisation: numbers that differ in another batch or in evaluation", "none", Judge.Number(group.Training + group.Inference), "none", group.Training + group.Inference == 0),
            Judge.AtLeast("batch normalisation: share of the numbers that differ in another batch, in training", batch.Training, 0.99, "depends on the batch"),
            new("batch normalisation: share of the numbers that differ in another batch, in inference", "none", Judge.Number(batch.Inference), "", batch.Inference == 0) { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "What is normalised over one sample knows nothing of its neighbours: training and inference are one function, and a batch of one will do. Batch normalisation has that in inference alone, where its statistics are constants.") with
        {
            Facts = [("samples", FormattableString.Invariant($"normal numbers [4, 4, 32], each in batches of {string.Join(", ", Sizes)} with neighbours of its own"))],
        };
    }

    /// <summary>The share of a sample's outputs that depend on its batch; in inference also against those of training.</summary>
    private static (double Training, double Inference) Differing(Layer normalization)
    {
        using var probe = new LayerProbe(new Sequential(("norm", normalization)), Image, Most);
        var length = Image.Aggregate(1, static (product, size) => product * size);
        var sample = LayerProbe.Normal(length, "sample");
        float[] In(int size, Func<float[], float[]> run)
        {
            var features = LayerProbe.Normal(size * length, FormattableString.Invariant($"neighbours of {size}"));
            sample.CopyTo(features.AsSpan((size / 2) * length));
            return run(features).AsSpan((size / 2) * length, length).ToArray();
        }

        double Share(Func<float[], float[]> run, float[] reference) =>
            Sizes.Sum(size => In(size, run).Where((value, i) => BitConverter.SingleToUInt32Bits(value) != BitConverter.SingleToUInt32Bits(reference[i])).Count()) / (double)(Sizes.Length * length);
        var isOfBatch = normalization is BatchNorm;
        return (Share(features => probe.Forward(features), In(5, features => probe.Forward(features))), Share(features => probe.Infer(features), In(5, features => isOfBatch ? probe.Infer(features) : probe.Forward(features))));
    }
}
