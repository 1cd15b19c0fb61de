namespace Evenkeel.Training.Metrics;

/// <summary>The area under the receiver operating characteristic: the probability that a sample of a class gets a higher score for it than one of another class, 0 to 1; 0.5 is guessing.</summary>
/// <remarks>
/// Exact, by ranks, equal scores counted half (Mann and Whitney 1947; Hanley and McNeil 1982). For two classes that of the second one, for more the mean over the classes, each against the rest
/// (classes of which there are no samples, or nothing else, are left out). Scores are probabilities. Keeps one number per sample and class until <see cref="Reset"/>.
/// </remarks>
public sealed class AreaUnderCurve : Metric
{
    private readonly List<double> _probabilities = [];
    private readonly List<int> _labels = [];
    private int _classes;

    /// <inheritdoc/>
    public override string Name => "auc";

    /// <inheritdoc/>
    public override double Value => _classes == 2 ? Of(1) : Enumerable.Range(0, _classes).Select(Of).Where(static area => !double.IsNaN(area)).DefaultIfEmpty(double.NaN).Average();

    /// <inheritdoc/>
    public override void Reset()
    {
        _probabilities.Clear();
        _labels.Clear();
        _classes = 0;
    }

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        _classes = ClassView.Classes(batch);
        Span<double> probabilities = _classes <= 256 ? stackalloc double[_classes] : new double[_classes];
        for (var sample = 0; sample < batch.Count; sample++)
        {
            ClassView.Probabilities(batch, sample, probabilities);
            foreach (var probability in probabilities) _probabilities.Add(probability);
            _labels.Add(ClassView.Actual(batch, sample));
        }
    }

    private double Of(int label)
    {
        var scores = Enumerable.Range(0, _labels.Count).Select(sample => _probabilities[(sample * _classes) + label]).ToArray();
        var samples = Enumerable.Range(0, _labels.Count).ToArray();
        Array.Sort(scores, samples);
        double ranks = 0;
        long positives = 0;
        for (var first = 0; first < scores.Length;)
        {
            var end = first + 1;
            while (end < scores.Length && scores[end] == scores[first]) end++;

            // Equal scores share the mean of their ranks, which count from 1.
            for (var i = first; i < end; i++)
            {
                if (_labels[samples[i]] != label) continue;
                ranks += (first + 1 + end) / 2.0;
                positives++;
            }

            first = end;
        }

        var negatives = scores.Length - positives;
        return positives == 0 || negatives == 0 ? double.NaN : (ranks - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }
}
