using System.Globalization;
using System.Text.Json;

namespace Evenkeel.Data.Transforms;

/// <summary>Turns every feature into 1 where it is above the threshold, 0 elsewhere (NaN gives 0).</summary>
/// <remarks>The batch-normalisation paper's MNIST experiment has binary inputs (Ioffe and Szegedy 2015, section 4.1).</remarks>
public sealed record Binarize : IPointTransform
{
    /// <summary>The name in checkpoints.</summary>
    public const string KindName = "binarize";

    /// <summary>Creates the transform.</summary>
    /// <param name="threshold">Finite. Default 0.5: half of a pixel's range [0, 1].</param>
    /// <exception cref="DatasetException">EK0313: not finite.</exception>
    public Binarize(float threshold = 0.5f)
    {
        if (!float.IsFinite(threshold)) throw DataErrors.BadTransform(string.Create(CultureInfo.InvariantCulture, $"a threshold of {threshold} cannot binarise; give a finite number."));
        Threshold = threshold;
    }

    /// <summary>What a feature must exceed to become 1.</summary>
    public float Threshold { get; }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public float Map(float value, int channel) => value > Threshold ? 1 : 0;

    /// <inheritdoc/>
    public void Apply(Span<float> features, int channels)
    {
        foreach (ref var feature in features) feature = feature > Threshold ? 1 : 0;
    }

    /// <inheritdoc/>
    public void WriteProperties(Utf8JsonWriter writer) => writer.WriteNumber("threshold", Threshold);

    internal static Binarize Parse(JsonElement json) => new(json.GetProperty("threshold").GetSingle());
}
