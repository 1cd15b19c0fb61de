using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Section 3.2 of the paper: in a convolutional layer one mean and variance per channel, over samples and places.</summary>
public sealed class ConvolutionalStatistics : Experiment
{
    private const int Count = 8;
    private const int Places = 25;
    private const int Channels = 6;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C21", Topics.BatchNorm, "Every channel is normalised on its own; sums run over dimensions")
    {
        Source = "S3",
        Phrase = "각각 채널별로 독립적으로 / 모든 sum은 dimension끼리의 sum",
        Question = "Over what are mean and variance taken in a convolutional layer?",
        Criterion = "Permuting the channels permutes the output bitwise; mean and variance over samples and places of every channel are 0 and 1 to 1e-5; sums over dimensions: the mean of every sample over its own places and channels is 0 to 1e-5.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var features = LayerProbe.Normal(Count * Places * Channels, "features");
        for (var i = 0; i < features.Length; i++) features[i] = (features[i] * (1 + (i % Channels))) + (2 * (i % Channels));
        int[] order = [3, 0, 5, 1, 4, 2];
        using var probe = new LayerProbe(new BatchNorm(), [5, 5, Channels], Count);
        var output = probe.Forward(features);
        var permuted = probe.Forward(Permute(features, order));
        var (means, variances) = Moments(output, Channels, static i => i % Channels);
        var (perSample, _) = Moments(output, Count, static i => i / (Places * Channels));
        Finding[] findings =
        [
            new("permuted channels give a permuted output", "to the bit", Permute(output, order).AsSpan().SequenceEqual(permuted) ? "to the bit" : "differs", "channels are independent", Permute(output, order).AsSpan().SequenceEqual(permuted)),
            Judge.AtMost("largest mean of a channel over samples and places", means.Max(Math.Abs), 1e-5, "0"),
            Judge.AtMost("largest distance of a channel's variance from 1", variances.Max(static variance => Math.Abs(variance - 1)), 1e-4, "1"),
            Judge.AtMost("sums over dimensions: largest mean of a sample", perSample.Max(Math.Abs), 1e-5, "all sums run over dimensions"),
        ];
        return Outcome.Of(context, Claim, findings, "Channels are independent, and in a convolutional layer a channel's statistics run over all samples and all places. They never run over a sample's dimensions: that would be layer normalisation. The note's remark that all sums are over dimensions is wrong for batch normalisation.");
    }

    private static float[] Permute(float[] values, int[] order) => [.. values.Select((_, i) => values[i - (i % Channels) + order[i % Channels]])];

    private static (double[] Means, double[] Variances) Moments(float[] values, int groups, Func<int, int> groupOf)
    {
        var members = values.Select((value, i) => (Value: (double)value, Group: groupOf(i))).GroupBy(static member => member.Group, static member => member.Value).OrderBy(static group => group.Key).ToArray();
        ArgumentOutOfRangeException.ThrowIfNotEqual(members.Length, groups);
        double[] means = [.. members.Select(static group => group.Average())];
        return (means, [.. members.Select((group, i) => group.Average(value => (value - means[i]) * (value - means[i])))]);
    }
}
