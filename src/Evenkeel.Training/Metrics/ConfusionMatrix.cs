namespace Evenkeel.Training.Metrics;

/// <summary>How often each class was taken for each; its value is the balanced accuracy, the mean of the classes' recalls, 0 to 1.</summary>
/// <remarks>For labels with one output per class, for a single logit with targets 0 and 1, and for distributions as targets, whose largest entry is the class. A class without samples is left out of the mean.</remarks>
public sealed class ConfusionMatrix : Metric
{
    private long[] _counts = [];

    /// <inheritdoc/>
    public override string Name => "balanced_accuracy";

    /// <summary>How many classes were seen to exist; 0 before the first batch.</summary>
    public int Classes { get; private set; }

    /// <inheritdoc/>
    public override double Value => Mean(Enumerable.Range(0, Classes).Where(c => Actual(c) > 0).Select(Recall));

    /// <summary>How many samples of class <paramref name="actual"/> were taken for <paramref name="predicted"/>.</summary>
    public long this[int actual, int predicted] => _counts[(actual * Classes) + predicted];

    /// <summary>How many samples a class has.</summary>
    /// <param name="label">0 to <see cref="Classes"/> - 1.</param>
    public long Actual(int label) => Enumerable.Range(0, Classes).Sum(predicted => this[label, predicted]);

    /// <summary>How many samples were taken for a class.</summary>
    /// <param name="label">0 to <see cref="Classes"/> - 1.</param>
    public long Predicted(int label) => Enumerable.Range(0, Classes).Sum(actual => this[actual, label]);

    /// <summary>The share of a class among the samples that were taken for it; 0 where there are none.</summary>
    /// <param name="label">0 to <see cref="Classes"/> - 1.</param>
    public double Precision(int label) => Share(this[label, label], Predicted(label));

    /// <summary>The share of a class' samples that were found; 0 where it has none.</summary>
    /// <param name="label">0 to <see cref="Classes"/> - 1.</param>
    public double Recall(int label) => Share(this[label, label], Actual(label));

    /// <summary>The harmonic mean of precision and recall, <c>2 hits / (samples + guesses)</c>; 0 where there are neither.</summary>
    /// <param name="label">0 to <see cref="Classes"/> - 1.</param>
    public double F1(int label) => Share(2 * this[label, label], Actual(label) + Predicted(label));

    /// <inheritdoc/>
    public override void Reset()
    {
        Classes = 0;
        _counts = [];
    }

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        if (Classes == 0)
        {
            Classes = ClassView.Classes(batch);
            _counts = new long[Classes * Classes];
        }

        for (var sample = 0; sample < batch.Count; sample++) _counts[(ClassView.Actual(batch, sample) * Classes) + ClassView.Predicted(batch, sample)]++;
    }

    /// <summary>The mean over all classes, or NaN before the first sample.</summary>
    internal double Macro(Func<int, double> perClass) => Mean(Enumerable.Range(0, Classes).Select(perClass));

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private static double Share(long part, long all) => all == 0 ? 0 : (double)part / all;
}
