namespace Evenkeel.Training.Metrics;

/// <summary>Of the samples that were taken for a class, the share that has it, 0 to 1.</summary>
/// <remarks>The mean over all classes, each counted alike (macro), or one class alone. Where the quotient does not exist it counts 0. See <see cref="ConfusionMatrix"/> for what targets may be.</remarks>
public sealed class Precision : Metric
{
    private readonly ConfusionMatrix _matrix = new();
    private readonly int? _label;

    /// <summary>Creates the metric.</summary>
    /// <param name="label">The class, from 0; null for the mean over all classes. For yes or no take 1.</param>
    public Precision(int? label = null)
    {
        if (label is { } number) ArgumentOutOfRangeException.ThrowIfNegative(number, nameof(label));
        _label = label;
    }

    /// <inheritdoc/>
    public override string Name => "precision";

    /// <inheritdoc/>
    public override double Value => _matrix.Classes == 0 ? double.NaN : _label is { } label ? _matrix.Precision(label) : _matrix.Macro(_matrix.Precision);

    /// <inheritdoc/>
    public override void Reset() => _matrix.Reset();

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch) => _matrix.Add(batch);
}
