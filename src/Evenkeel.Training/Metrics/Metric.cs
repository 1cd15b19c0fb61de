namespace Evenkeel.Training.Metrics;

/// <summary>Which targets a metric can measure.</summary>
public enum MetricTargets
{
    /// <summary>Classes and values.</summary>
    Any,

    /// <summary>Class labels alone.</summary>
    Classes,

    /// <summary>Values alone.</summary>
    Values,
}

/// <summary>A number about a pass over samples; derive a sealed class for one of your own.</summary>
/// <remarks>A metric belongs to one evaluation at a time and is called on one thread, in the order of the samples. Nothing should be allocated in <see cref="Add"/>.</remarks>
public abstract class Metric
{
    /// <summary>The name in logs, in snake case.</summary>
    public abstract string Name { get; }

    /// <summary>Which targets it can measure. Default all.</summary>
    public virtual MetricTargets Targets => MetricTargets.Any;

    /// <summary>The number so far; NaN before the first sample.</summary>
    public abstract double Value { get; }

    /// <summary>Forgets everything, before a pass.</summary>
    public abstract void Reset();

    /// <summary>Takes a batch in.</summary>
    /// <param name="batch">Outputs and targets of some samples; its spans end with the call.</param>
    public abstract void Add(in EvaluationBatch batch);
}
