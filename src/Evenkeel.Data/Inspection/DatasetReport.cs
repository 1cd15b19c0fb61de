using System.Text.Json;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Inspection;

/// <summary>A pair of samples with the same features.</summary>
/// <param name="Index">The later one, or the one in the test part.</param>
/// <param name="Original">The first one with these features, in the same part or in the training part.</param>
public readonly record struct DuplicatePair(int Index, int Original);

/// <summary>What was found in one part of a dataset.</summary>
public sealed record PartReport
{
    /// <summary>The part's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many samples it has.</summary>
    public required int Count { get; init; }

    /// <summary>Samples per class, by class index; empty for value targets.</summary>
    public required IReadOnlyList<int> ClassCounts { get; init; }

    /// <summary>The smallest label that occurs; null for value targets.</summary>
    public required int? SmallestLabel { get; init; }

    /// <summary>The largest label that occurs; null for value targets.</summary>
    public required int? LargestLabel { get; init; }

    /// <summary>Moments of all features, in double.</summary>
    public required Moments Features { get; init; }

    /// <summary>Moments of all target values; empty for classes.</summary>
    public required Moments Targets { get; init; }

    /// <summary>Features that are NaN or infinite; they are left out of the moments.</summary>
    public required long NonFinite { get; init; }

    /// <summary>How many features (pixels) have the same value in every sample.</summary>
    public required int ConstantFeatures { get; init; }

    /// <summary>How many samples repeat the features of an earlier one, exactly.</summary>
    public required int Duplicates { get; init; }

    /// <summary>How many of those have another label than the earlier one.</summary>
    public required int ConflictingDuplicates { get; init; }

    /// <summary>The first few duplicates.</summary>
    public required IReadOnlyList<DuplicatePair> DuplicateExamples { get; init; }
}

/// <summary>What <c>evenkeel data</c> tells about a dataset: counts, balance, duplicates, overlap, range and moments.</summary>
public sealed record DatasetReport
{
    /// <summary>How many examples of duplicates are kept.</summary>
    public const int MostExamples = 10;

    /// <summary>The dataset's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from.</summary>
    public required string Source { get; init; }

    /// <summary>The shape of a sample.</summary>
    public required SampleShape Shape { get; init; }

    /// <summary>What the targets are.</summary>
    public required TargetSpec Target { get; init; }

    /// <summary>The part to train on.</summary>
    public required PartReport Training { get; init; }

    /// <summary>The part to test on.</summary>
    public required PartReport Test { get; init; }

    /// <summary>How many test samples have exactly the features of a training sample.</summary>
    public required int Overlap { get; init; }

    /// <summary>The first few of them; Original is the training sample.</summary>
    public required IReadOnlyList<DuplicatePair> OverlapExamples { get; init; }

    /// <summary>Reads every sample of both parts once and reports.</summary>
    /// <param name="parts">As loaded, without transforms.</param>
    /// <param name="progress">Told the number of samples read so far, every thousand.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public static DatasetReport Of(DatasetParts parts, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var training = new PartReader(parts.Training);
        var test = new PartReader(parts.Test);
        var overlap = new List<DuplicatePair>();
        var overlapping = 0;
        training.ReadAll(null, read => progress?.Report(read), cancellation);
        test.ReadAll(
            (index, features, hash) =>
            {
                var original = training.Content.Find(features, hash);
                if (original < 0) return;
                overlapping++;
                if (overlap.Count < MostExamples) overlap.Add(new DuplicatePair(index, original));
            },
            read => progress?.Report(parts.Training.Count + read),
            cancellation);
        return new DatasetReport
        {
            Name = parts.Name,
            Source = parts.Source,
            Shape = parts.Training.Shape,
            Target = parts.Training.Target,
            Training = training.ToReport(),
            Test = test.ToReport(),
            Overlap = overlapping,
            OverlapExamples = overlap,
        };
    }

    /// <summary>Writes the report as a JSON object.</summary>
    /// <param name="writer">Stands where a value may come.</param>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteString("source", Source);
        writer.WriteStartArray("shape");
        foreach (var dimension in Shape.Dimensions) writer.WriteNumberValue(dimension);
        writer.WriteEndArray();
        writer.WriteStartArray("class_names");
        foreach (var name in Target.ClassNames) writer.WriteStringValue(name);
        writer.WriteEndArray();
        Write(writer, "training", Training);
        Write(writer, "test", Test);
        writer.WriteNumber("overlap", Overlap);
        Write(writer, "overlap_examples", OverlapExamples);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, PartReport part)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("count", part.Count);
        writer.WriteStartArray("class_counts");
        foreach (var count in part.ClassCounts) writer.WriteNumberValue(count);
        writer.WriteEndArray();
        if (part is { SmallestLabel: { } smallest, LargestLabel: { } largest })
        {
            writer.WriteNumber("smallest_label", smallest);
            writer.WriteNumber("largest_label", largest);
        }

        Write(writer, "features", part.Features);
        if (part.Targets.Count > 0) Write(writer, "targets", part.Targets);
        writer.WriteNumber("non_finite", part.NonFinite);
        writer.WriteNumber("constant_features", part.ConstantFeatures);
        writer.WriteNumber("duplicates", part.Duplicates);
        writer.WriteNumber("conflicting_duplicates", part.ConflictingDuplicates);
        Write(writer, "duplicate_examples", part.DuplicateExamples);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, in Moments moments)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("mean", moments.Mean);
        writer.WriteNumber("deviation", moments.Deviation);
        writer.WriteNumber("minimum", moments.Minimum);
        writer.WriteNumber("maximum", moments.Maximum);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<DuplicatePair> pairs)
    {
        writer.WriteStartArray(name);
        foreach (var (index, original) in pairs)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(index);
            writer.WriteNumberValue(original);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
