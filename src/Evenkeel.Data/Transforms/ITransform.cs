using System.Text.Json;

namespace Evenkeel.Data.Transforms;

/// <summary>A fixed change of a sample's features, applied in place after they are read.</summary>
/// <remarks>Implementations are immutable, allocate nothing in <see cref="Apply"/> and may be called from several threads at once.</remarks>
public interface ITransform
{
    /// <summary>The name under which checkpoints store this kind of transform, such as <c>standardize</c>.</summary>
    string Kind { get; }

    /// <summary>Changes the features of one or more samples in place.</summary>
    /// <param name="features">Whole samples, channels last; the length is a multiple of <paramref name="channels"/>.</param>
    /// <param name="channels">The sample shape's channels.</param>
    void Apply(Span<float> features, int channels);

    /// <summary>Writes the properties (not the braces, not <c>kind</c>) from which the transform can be rebuilt.</summary>
    /// <param name="writer">Stands inside the transform's JSON object.</param>
    void WriteProperties(Utf8JsonWriter writer);
}

/// <summary>A transform that changes every feature for itself, knowing only its value and channel.</summary>
/// <remarks>Datasets kept as bytes fold such transforms into a table of 256 values, which makes them free.</remarks>
public interface IPointTransform : ITransform
{
    /// <summary>The changed value; <see cref="ITransform.Apply"/> gives the same bits.</summary>
    /// <param name="value">The feature.</param>
    /// <param name="channel">Its channel, 0 for flat samples.</param>
    float Map(float value, int channel);
}
