using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Tables;

/// <summary>Rows of a table as samples <c>[F]</c>, encoded by a <see cref="TableSchema"/>; missing numbers are NaN until <see cref="ColumnStandardization"/> replaces them.</summary>
public sealed class TableDataset : Dataset
{
    private readonly float[] _features;
    private readonly int[] _labels;
    private readonly float[] _values;

    internal TableDataset(string name, TableSchema schema, float[] features, int[] labels, float[] values)
        : base(name, [schema.FeatureCount], schema.Target) => (Schema, _features, _labels, _values) = (schema, features, labels, values);

    /// <summary>How the rows became features.</summary>
    public TableSchema Schema { get; }

    /// <inheritdoc/>
    public override int Count => Math.Max(_labels.Length, _values.Length);

    /// <inheritdoc/>
    protected override void ReadFeatures(int index, Span<float> features) => _features.AsSpan(index * Shape.Length, Shape.Length).CopyTo(features);

    /// <inheritdoc/>
    protected override int ReadClass(int index) => _labels[index];

    /// <summary>Of every class its share.</summary>
    private protected override void ArrangeHeld(int[] order, int count)
    {
        if (Target.Kind == TargetKind.ClassIndex) Stratification.Arrange(order, row => _labels[row], Target.ClassCount, count);
    }

    /// <inheritdoc/>
    protected override void ReadTargets(int index, Span<float> values) => values[0] = _values[index];
}
