using Evenkeel.Data.Datasets;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1032: batches that hold few of the classes, so that their statistics are those of a class and not of the data.</summary>
public sealed class SortedBatches : Check
{
    private const double LeastShare = 0.5;
    private const int MostBatches = 64;

    /// <inheritdoc/>
    public override string Code => "EK1032";

    /// <inheritdoc/>
    public override string Title => "batches sorted by class";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.BatchSize | Needs.TrainingSamples;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var (samples, batch) = (examination.Patient.Training!, examination.Patient.BatchSize!.Value);

        // The trainer shuffles in every epoch, and then the order of the samples does not matter.
        if (examination.Patient.Shuffles || samples.Target.Kind != TargetKind.ClassIndex || samples.Count < 2 * batch || examination.Layers.IsEmpty) yield break;
        var batches = samples.Count / batch;
        var looked = Math.Min(batches, MostBatches);
        double within = 0;
        var all = new int[samples.Target.ClassCount];
        for (var i = 0; i < looked; i++)
        {
            var counts = new int[all.Length];
            var first = (int)((long)i * batches / looked) * batch;
            for (var row = 0; row < batch; row++) counts[samples.ReadLabel(first + row)]++;
            for (var label = 0; label < all.Length; label++) all[label] += counts[label];
            within += Entropy(counts) / looked;
        }

        // A batch cannot hold more classes than samples.
        var possible = Math.Min(Entropy(all), Math.Log(batch));
        if (within >= LeastShare * possible) yield break;
        yield return Found("", $"the labels of a batch have an entropy of {within:F2} on average, where {possible:F2} is possible: samples come sorted by class, so batch statistics are those of few classes and evaluation has others.",
            "Shuffle the samples in every epoch.",
            ("batch_entropy", within), ("possible_entropy", possible), ("batches", looked));
    }

    private static double Entropy(int[] counts)
    {
        double total = counts.Sum();
        return -counts.Where(static count => count > 0).Sum(count => count / total * Math.Log(count / total));
    }
}
