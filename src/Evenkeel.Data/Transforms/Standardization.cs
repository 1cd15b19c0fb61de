using System.Text.Json;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Inspection;

namespace Evenkeel.Data.Transforms;

/// <summary>Brings features to mean 0 and deviation 1, as measured over the training part: <c>(x - mean) / deviation</c>.</summary>
/// <remarks>Immutable and compared by value. Measured on the training part alone, stored with the checkpoint and applied to whatever the model sees later.</remarks>
public sealed record Standardization : IPointTransform
{
    /// <summary>The name in checkpoints.</summary>
    public const string KindName = "standardize";

    private readonly float[] _mean;
    private readonly float[] _scale;

    /// <summary>Creates the transform from known moments.</summary>
    /// <param name="mean">One value for all features, or one per channel; finite.</param>
    /// <param name="deviation">As many values; finite and not negative. Features of deviation 0 are only centred.</param>
    /// <exception cref="DatasetException">EK0313: lengths differ, or a number is not finite or negative.</exception>
    public Standardization(IReadOnlyList<double> mean, IReadOnlyList<double> deviation)
    {
        if (mean.Count == 0 || mean.Count != deviation.Count)
            throw DataErrors.BadTransform($"a standardization came with {mean.Count} means and {deviation.Count} deviations. Give one of each, or one of each per channel.");
        Mean = Array.AsReadOnly(mean.ToArray());
        Deviation = Array.AsReadOnly(deviation.ToArray());
        (_mean, _scale) = (new float[Mean.Count], new float[Mean.Count]);
        for (var c = 0; c < _mean.Length; c++)
        {
            if (!double.IsFinite(Mean[c]) || !double.IsFinite(Deviation[c]) || Deviation[c] < 0)
                throw DataErrors.BadTransform(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"a standardization came with mean {Mean[c]} and deviation {Deviation[c]} for channel {c}; finite numbers, the deviation not negative, are expected. Measure it again."));
            (_mean[c], _scale[c]) = ((float)Mean[c], Deviation[c] == 0 ? 1 : (float)(1 / Deviation[c]));
        }
    }

    /// <summary>The mean of all features, or of each channel.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>The deviation of all features, or of each channel.</summary>
    public IReadOnlyList<double> Deviation { get; }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <summary>What is subtracted, per channel or once.</summary>
    internal ReadOnlySpan<float> Subtracted => _mean;

    /// <summary>What the difference is multiplied by, per channel or once.</summary>
    internal ReadOnlySpan<float> Factors => _scale;

    /// <summary>Measures mean and population deviation over every sample of a dataset, in double.</summary>
    /// <param name="training">The part to train on, without the validation samples.</param>
    /// <param name="perChannel">One pair per channel instead of one for all features.</param>
    /// <param name="cancellation">Ends the measuring early.</param>
    /// <exception cref="DatasetException">EK0304: a feature is not finite.</exception>
    public static Standardization Measure(Dataset training, bool perChannel = false, CancellationToken cancellation = default)
    {
        var channels = perChannel ? training.Shape.Channels : 1;
        var moments = new Moments[channels];
        var features = new float[training.Shape.Length];
        for (var i = 0; i < training.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            training.Read(i, features);
            for (var c = 0; c < channels; c++) moments[c].Add(features, c, channels);
        }

        // Looked for only where something is wrong: a NaN or an infinity stays in the mean.
        if (!Array.TrueForAll(moments, static m => double.IsFinite(m.Mean))) training.RequireFinite(cancellation);
        return new Standardization(Array.ConvertAll(moments, m => m.Mean), Array.ConvertAll(moments, m => m.Deviation));
    }

    /// <inheritdoc/>
    public float Map(float value, int channel)
    {
        var c = _mean.Length == 1 ? 0 : channel;
        return (value - _mean[c]) * _scale[c];
    }

    /// <inheritdoc/>
    /// <exception cref="DatasetException">EK0313: made for another number of channels.</exception>
    public void Apply(Span<float> features, int channels)
    {
        if (_mean.Length == 1)
        {
            var (mean, scale) = (_mean[0], _scale[0]);
            for (var i = 0; i < features.Length; i++) features[i] = (features[i] - mean) * scale;
            return;
        }

        if (channels != _mean.Length) throw DataErrors.BadTransform($"a standardization of {_mean.Length} channels met samples of {channels}. Measure it on data of the same shape.");
        for (var i = 0; i < features.Length; i += channels)
        {
            for (var c = 0; c < channels; c++) features[i + c] = (features[i + c] - _mean[c]) * _scale[c];
        }
    }

    /// <inheritdoc/>
    public void WriteProperties(Utf8JsonWriter writer)
    {
        Write(writer, "mean", Mean);
        Write(writer, "deviation", Deviation);
    }

    /// <summary>Equal moments.</summary>
    /// <param name="other">The other transform.</param>
    public bool Equals(Standardization? other) => other is not null && Mean.SequenceEqual(other.Mean) && Deviation.SequenceEqual(other.Deviation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Deviation[0], Mean.Count);

    internal static Standardization Parse(JsonElement json) => new(Numbers(json, "mean"), Numbers(json, "deviation"));

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<double> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private static double[] Numbers(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
}
