using System.Buffers;
using System.Text;
using System.Text.Json;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;

namespace Evenkeel.Data.Transforms;

/// <summary>Transforms in the order of their application; what a checkpoint stores so that a model later sees its input as in training.</summary>
/// <remarks>As JSON: <c>[{"kind":"binarize","threshold":0.5},{"kind":"standardize","mean":[0.13],"deviation":[0.31]}]</c>. Immutable and compared by value.</remarks>
public sealed class TransformPipeline : IEquatable<TransformPipeline>
{
    private readonly ITransform[] _transforms;

    /// <summary>Creates a pipeline.</summary>
    /// <param name="transforms">In order; none at all leaves features as they are.</param>
    public TransformPipeline(params IEnumerable<ITransform> transforms) => _transforms = transforms.ToArray();

    /// <summary>Changes nothing.</summary>
    public static TransformPipeline Identity { get; } = new();

    /// <summary>The transforms in order.</summary>
    public IReadOnlyList<ITransform> Transforms => _transforms;

    /// <summary>A pipeline with one more transform at its end.</summary>
    /// <param name="next">Applied last.</param>
    public TransformPipeline Then(ITransform next) => new([.. _transforms, next]);

    /// <summary>Changes the features of one or more samples in place.</summary>
    /// <param name="features">Whole samples, channels last.</param>
    /// <param name="channels">The sample shape's channels.</param>
    public void Apply(Span<float> features, int channels)
    {
        foreach (var transform in _transforms) transform.Apply(features, channels);
    }

    /// <summary>A view of a dataset whose features go through the pipeline.</summary>
    /// <param name="dataset">Gives the features.</param>
    public Dataset Over(Dataset dataset) => _transforms.Aggregate(dataset, (view, transform) => view.With(transform));

    /// <summary>Writes the pipeline as a JSON array.</summary>
    /// <param name="writer">Stands where a value may come.</param>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var transform in _transforms)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", transform.Kind);
            transform.WriteProperties(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The pipeline as JSON text.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A JSON array.</param>
    /// <param name="own">Rebuilds transforms of your own by kind; null where there are none.</param>
    /// <exception cref="DatasetException">EK0313: not such an array, or a transform of unknown kind.</exception>
    public static TransformPipeline FromJson(string json, Func<string, JsonElement, ITransform?>? own = null)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new TransformPipeline(document.RootElement.EnumerateArray().Select(e => Parse(e, own)).ToArray());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw DataErrors.BadTransform($"stored transforms could not be read ({error.Message}); an array like [{{\"kind\":\"binarize\",\"threshold\":0.5}}] is expected. The checkpoint is damaged or foreign.", error);
        }
    }

    /// <inheritdoc/>
    public bool Equals(TransformPipeline? other) => other is not null && _transforms.SequenceEqual(other._transforms);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TransformPipeline);

    /// <inheritdoc/>
    public override int GetHashCode() => _transforms.Aggregate(0, HashCode.Combine);

    private static ITransform Parse(JsonElement json, Func<string, JsonElement, ITransform?>? own)
    {
        var kind = json.GetProperty("kind").GetString() ?? "";
        return own?.Invoke(kind, json) ?? kind switch
        {
            Standardization.KindName => Standardization.Parse(json),
            Binarize.KindName => Binarize.Parse(json),
            ColumnStandardization.KindName => ColumnStandardization.Parse(json),
            _ => throw DataErrors.BadTransform($"a stored transform is of kind '{kind}'; known kinds are '{Binarize.KindName}', '{Standardization.KindName}' and '{ColumnStandardization.KindName}'. Give the code that rebuilds '{kind}' with TransformPipeline.FromJson."),
        };
    }
}
