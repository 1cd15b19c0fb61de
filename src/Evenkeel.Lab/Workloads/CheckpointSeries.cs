namespace Evenkeel.Lab.Workloads;

/// <summary>Collects what the checkpoints of a run measure.</summary>
internal sealed class CheckpointSeries(TestPart test, TestPart? fit, TestPart? held)
{
    private readonly List<double> _steps = [], _trainLosses = [];
    private readonly (TestPart? Part, string Accuracy, string Loss, List<double> Accuracies, List<double> Losses)[] _parts =
        [(test, "accuracy", "loss", [], []), (fit, "fit_accuracy", "fit_loss", [], []), (held, "held_accuracy", "held_loss", [], [])];
    private double _sum;
    private int _count;

    public int Length => _steps.Count;

    public double LastAccuracy => _parts[0].Accuracies[^1];

    public void Count(double loss) => (_sum, _count) = (_sum + loss, _count + 1);

    public void Measure(int step)
    {
        _steps.Add(step);
        _trainLosses.Add(_sum / _count);
        (_sum, _count) = (0, 0);
        foreach (var (part, _, _, accuracies, losses) in _parts)
        {
            if (part is null) continue;
            var (accuracy, loss) = part.Measure();
            accuracies.Add(accuracy);
            losses.Add(loss);
        }
    }

    /// <summary>The series; a run that ended early keeps its last numbers for the checkpoints that it did not reach.</summary>
    public Dictionary<string, double[]> ToSeries(IReadOnlyList<int> checkpoints)
    {
        double[] Filled(List<double> values) => [.. values, .. Enumerable.Repeat(values.LastOrDefault(double.NaN), Math.Max(0, checkpoints.Count - values.Count))];
        var series = new Dictionary<string, double[]>(StringComparer.Ordinal) { ["step"] = [.. checkpoints.Select(static step => (double)step)], ["train_loss"] = Filled(_trainLosses) };
        foreach (var (part, accuracy, loss, accuracies, losses) in _parts)
        {
            if (part is not null) (series[accuracy], series[loss]) = (Filled(accuracies), Filled(losses));
        }

        return series;
    }
}
