using System.Text.Json;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Transforms;

namespace Evenkeel.Data.Tables;

/// <summary>Brings every number column of a table to mean 0 and deviation 1, as measured over the training rows, and puts 0, the mean, where a number is missing (NaN).</summary>
/// <remarks><c>(x - mean) / deviation</c> per feature; features of deviation 0 are only centred. Features of 0 and 1 (levels, marks of missing cells) stay as they are. Immutable and compared by value.</remarks>
public sealed record ColumnStandardization : ITransform
{
    /// <summary>The name in checkpoints.</summary>
    public const string KindName = "standardize_columns";

    private readonly Standardization _moments;

    /// <summary>Creates the transform from known moments.</summary>
    /// <param name="mean">One value per feature; finite.</param>
    /// <param name="deviation">As many values; finite and not negative.</param>
    /// <exception cref="DatasetException">EK0313: lengths differ, or a number is not finite or negative.</exception>
    public ColumnStandardization(IReadOnlyList<double> mean, IReadOnlyList<double> deviation) => _moments = new Standardization(mean, deviation);

    /// <summary>The mean of each feature; 0 for features of 0 and 1.</summary>
    public IReadOnlyList<double> Mean => _moments.Mean;

    /// <summary>The population deviation of each feature; 1 for features of 0 and 1.</summary>
    public IReadOnlyList<double> Deviation => _moments.Deviation;

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <summary>Measures mean and population deviation of every number column, in double, over the rows where it is not missing (Welford 1962).</summary>
    /// <param name="training">The rows to train on, without the validation rows.</param>
    /// <param name="schema">Tells which features are numbers.</param>
    /// <param name="cancellation">Ends the measuring early.</param>
    public static ColumnStandardization Measure(Dataset training, TableSchema schema, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(schema);
        var (mean, squares, count) = (new double[schema.FeatureCount], new double[schema.FeatureCount], new long[schema.FeatureCount]);
        var features = new float[schema.FeatureCount];
        for (var row = 0; row < training.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            training.Read(row, features);
            for (var f = 0; f < features.Length; f++)
            {
                if (float.IsNaN(features[f])) continue;
                var difference = features[f] - mean[f];
                mean[f] += difference / ++count[f];
                squares[f] += difference * (features[f] - mean[f]);
            }
        }

        var deviation = new double[mean.Length];
        var at = 0;
        foreach (var column in schema.Columns)
        {
            for (var f = at; f < at + column.Width; f++)
            {
                var isNumber = column.Kind == ColumnKind.Number && f == at;
                deviation[f] = isNumber ? count[f] == 0 ? 0 : Math.Sqrt(squares[f] / count[f]) : 1;
                if (!isNumber) mean[f] = 0;
            }

            at += column.Width;
        }

        return new ColumnStandardization(mean, deviation);
    }

    /// <inheritdoc/>
    /// <exception cref="DatasetException">EK0313: no whole number of rows.</exception>
    public void Apply(Span<float> features, int channels)
    {
        var width = Mean.Count;
        if (features.Length % width != 0) throw DataErrors.BadTransform(TableErrors.Text($"a standardization of {width} columns met {features.Length} features. Encode the rows with the schema of the checkpoint."));
        for (var row = 0; row < features.Length; row += width)
        {
            _moments.Apply(features.Slice(row, width), width);
            foreach (ref var feature in features.Slice(row, width))
            {
                if (float.IsNaN(feature)) feature = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void WriteProperties(Utf8JsonWriter writer) => _moments.WriteProperties(writer);

    internal static ColumnStandardization Parse(JsonElement json)
    {
        var moments = Standardization.Parse(json);
        return new ColumnStandardization(moments.Mean, moments.Deviation);
    }
}
