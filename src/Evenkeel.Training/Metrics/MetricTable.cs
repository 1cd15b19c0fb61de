using System.Collections.Immutable;

namespace Evenkeel.Training.Metrics;

/// <summary>The metrics by their names in logs and configurations; each call makes a new one, since a metric belongs to one evaluation.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class MetricTable
{
    private static ImmutableSortedDictionary<string, Func<Metric>> entries = ImmutableSortedDictionary.Create<string, Func<Metric>>(StringComparer.Ordinal)
        .Add("accuracy", static () => new Accuracy())
        .Add("auc", static () => new AreaUnderCurve())
        .Add("balanced_accuracy", static () => new ConfusionMatrix())
        .Add("calibration_error", static () => new CalibrationError())
        .Add("f1", static () => new F1Score())
        .Add("loss", static () => new MeanLoss())
        .Add("mean_absolute_error", static () => new MeanAbsoluteError())
        .Add("precision", static () => new Precision())
        .Add("r2", static () => new DeterminationCoefficient())
        .Add("recall", static () => new Recall())
        .Add("root_mean_squared_error", static () => new RootMeanSquaredError())
        .Add("top5_accuracy", static () => new TopAccuracy(5));

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the metric called <paramref name="name"/>.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="TrainingException">EK0541: no metric has the name.</exception>
    public static Metric Create(string name) => entries.TryGetValue(name, out var factory) ? factory() : throw TrainingErrors.UnknownMetric(name, entries.Keys);

    /// <summary>Adds a metric of your own, whose <see cref="Metric.Name"/> is <paramref name="name"/>.</summary>
    /// <param name="name">A name that nothing in the table has, in snake case.</param>
    /// <param name="factory">Makes a fresh metric; it may be called by several threads.</param>
    /// <exception cref="TrainingException">EK0542: the name is taken.</exception>
    public static void Register(string name, Func<Metric> factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, entry.factory), (name, factory)))
            throw TrainingErrors.MetricNameTaken(name);
    }
}
