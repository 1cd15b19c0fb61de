using System.Text.Json;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Tables;

/// <summary>Brings target values to mean 0 and deviation 1 for training, as measured over the training part, and outputs back to the units of the data.</summary>
/// <remarks>Immutable and compared by value; stored with the checkpoint. Values that do not vary are only centred.</remarks>
public sealed class TargetScaling : IEquatable<TargetScaling>
{
    private readonly double[] _mean;
    private readonly double[] _deviation;

    /// <summary>Creates the scaling from known moments.</summary>
    /// <param name="mean">One per target value; finite.</param>
    /// <param name="deviation">As many; finite and not negative, 0 counts as 1.</param>
    /// <exception cref="DatasetException">EK0313: lengths differ, or a number is not finite or negative.</exception>
    public TargetScaling(IReadOnlyList<double> mean, IReadOnlyList<double> deviation)
    {
        if (mean.Count == 0 || mean.Count != deviation.Count || mean.Any(static value => !double.IsFinite(value)) || deviation.Any(static value => !double.IsFinite(value) || value < 0))
            throw DataErrors.BadTransform(TableErrors.Text($"a scaling of targets came with the means ({string.Join(", ", mean)}) and the deviations ({string.Join(", ", deviation)}); as many of both are expected, finite, deviations not negative."));
        (_mean, _deviation) = ([.. mean], [.. deviation.Select(static value => value == 0 ? 1 : value)]);
    }

    /// <summary>What is subtracted from each target value.</summary>
    public IReadOnlyList<double> Mean => Array.AsReadOnly(_mean);

    /// <summary>What the difference is divided by.</summary>
    public IReadOnlyList<double> Deviation => Array.AsReadOnly(_deviation);

    /// <summary>Measures the target values of a dataset, in double (Welford 1962).</summary>
    /// <param name="training">The part to train on, without the validation samples; its targets are values.</param>
    /// <exception cref="DatasetException">EK0304: a target value is not finite. EK0306: the targets are classes.</exception>
    public static TargetScaling Measure(Dataset training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var (mean, squares) = (new double[training.Target.Width], new double[training.Target.Width]);
        var values = new float[mean.Length];
        for (var i = 0; i < training.Count; i++)
        {
            training.ReadValues(i, values);
            MemoryDataset.CheckFinite(training.Name, values, values.Length, "target value", training.IndexInSource(i));
            for (var v = 0; v < values.Length; v++)
            {
                var difference = values[v] - mean[v];
                mean[v] += difference / (i + 1);
                squares[v] += difference * (values[v] - mean[v]);
            }
        }

        return new TargetScaling(mean, Array.ConvertAll(squares, sum => Math.Sqrt(sum / training.Count)));
    }

    /// <summary>Target values as the model is trained on them, in place.</summary>
    /// <param name="targets"><c>[N, width]</c></param>
    public void Apply(Span<float> targets)
    {
        for (var i = 0; i < targets.Length; i++) targets[i] = (float)((targets[i] - _mean[i % _mean.Length]) / _deviation[i % _mean.Length]);
    }

    /// <summary>Outputs in the units of the data, in place.</summary>
    /// <param name="outputs"><c>[N, width]</c></param>
    public void Restore(Span<float> outputs)
    {
        for (var i = 0; i < outputs.Length; i++) outputs[i] = (float)((outputs[i] * _deviation[i % _mean.Length]) + _mean[i % _mean.Length]);
    }

    /// <summary>A view of a dataset whose target values are scaled.</summary>
    /// <param name="dataset">Its targets are values.</param>
    public Dataset Over(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new ScaledTargets(dataset, this);
    }

    /// <summary>Writes the scaling as a JSON object.</summary>
    /// <param name="writer">Stands where a value may come.</param>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        Write(writer, "mean", _mean);
        Write(writer, "deviation", _deviation);
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write(Utf8JsonWriter)"/> wrote.</summary>
    /// <param name="json">A JSON object.</param>
    /// <exception cref="DatasetException">EK0313: not such an object.</exception>
    public static TargetScaling Parse(JsonElement json)
    {
        try
        {
            return new TargetScaling(Numbers(json, "mean"), Numbers(json, "deviation"));
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw DataErrors.BadTransform($"a stored scaling of targets could not be read ({error.Message.TrimEnd('.')}). The checkpoint is damaged or foreign.", error);
        }
    }

    /// <inheritdoc/>
    public bool Equals(TargetScaling? other) => other is not null && _mean.SequenceEqual(other._mean) && _deviation.SequenceEqual(other._deviation);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TargetScaling);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_mean[0], _deviation[0], _mean.Length);

    private static void Write(Utf8JsonWriter writer, string name, double[] numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private static double[] Numbers(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(static number => number.GetDouble())];

    private sealed class ScaledTargets(Dataset inner, TargetScaling scaling) : Dataset(inner.Name, inner.Shape, inner.Target)
    {
        public override int Count => inner.Count;

        protected override void ReadFeatures(int index, Span<float> features) => inner.Read(index, features);

        protected override int ReadClass(int index) => inner.ReadLabel(index);

        protected override void ReadTargets(int index, Span<float> values)
        {
            inner.ReadValues(index, values);
            scaling.Apply(values);
        }
    }
}
