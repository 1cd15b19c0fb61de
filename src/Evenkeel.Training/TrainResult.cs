using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Records;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Training;

/// <summary>How a fit ended.</summary>
public enum TrainOutcome
{
    /// <summary>All planned steps were taken, or a callback asked for the end.</summary>
    Completed,

    /// <summary>Validation did not improve any more.</summary>
    EarlyStopped,

    /// <summary>The wall-clock budget was used up.</summary>
    OutOfTime,

    /// <summary>The token was cancelled; the model holds the newest weights, and the run can be resumed where it has a folder.</summary>
    Cancelled,
}

/// <summary>What a fit brought.</summary>
public sealed record TrainResult
{
    /// <summary>How it ended.</summary>
    public required TrainOutcome Outcome { get; init; }

    /// <summary>The run folder as an absolute path; null where no files were written.</summary>
    public string? RunFolder { get; init; }

    /// <summary>Steps taken, skipped ones included, over all sessions.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps committed.</summary>
    public required long Commits { get; init; }

    /// <summary>Steps skipped because they were not finite.</summary>
    public required long Skipped { get; init; }

    /// <summary>Epochs begun.</summary>
    public required int Epochs { get; init; }

    /// <summary>The mean training loss of the last epoch, or of the part of it that ran; NaN where no step was committed.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>The step of the restored weights: the best validation's, or the last.</summary>
    public required long BestStep { get; init; }

    /// <summary>The best validation loss; null without validation.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The accuracy of the best validation.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The test loss of the restored weights; null without test samples or after a cancellation.</summary>
    public double? TestLoss { get; init; }

    /// <summary>The test accuracy of the restored weights, 0 to 1.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>The further metrics on the test samples.</summary>
    public IReadOnlyList<MetricValue> TestMetrics { get; init; } = [];

    /// <summary>Time in the fit, over all sessions.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training throughput, validation and checkpoints not counted.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>The fingerprint of the weights that the model holds: see <see cref="Checkpoints.WeightsHash"/>.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>Reads the result of a finished run; neither its data nor its model are needed.</summary>
    /// <param name="folder">The run folder.</param>
    /// <returns>The result, or null where the run is not finished.</returns>
    /// <exception cref="RecordsException">EK0442: this is no run folder. EK0401, EK0443: its result cannot be read.</exception>
    /// <exception cref="TrainingException">EK0506: its result is damaged.</exception>
    public static TrainResult? Read(string folder)
    {
        var run = RunDirectory.Open(folder);
        return run.ReadResult() is { } json ? Parse(json, run.Path) : null;
    }

    internal static string NameOf(TrainOutcome outcome) => outcome switch
    {
        TrainOutcome.EarlyStopped => "early_stopped",
        TrainOutcome.OutOfTime => "out_of_time",
        TrainOutcome.Cancelled => "cancelled",
        _ => "completed",
    };

    /// <summary>The result as one JSON object, as it stands in <c>result.json</c>; numbers that are not finite are left out, among the metrics null.</summary>
    public string ToJson() => CheckpointFormat.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("outcome", NameOf(Outcome));
        json.WriteNumber("steps", Steps);
        json.WriteNumber("commits", Commits);
        json.WriteNumber("skipped", Skipped);
        json.WriteNumber("epochs", Epochs);
        json.WriteNumber("best_step", BestStep);
        Number(json, "train_loss", TrainLoss);
        Number(json, "validation_loss", ValidationLoss);
        Number(json, "validation_accuracy", ValidationAccuracy);
        Number(json, "test_loss", TestLoss);
        Number(json, "test_accuracy", TestAccuracy);
        json.WriteStartObject("test_metrics");
        foreach (var metric in TestMetrics)
        {
            // A metric that could not be measured was asked for nevertheless.
            if (double.IsFinite(metric.Value)) json.WriteNumber(metric.Name, metric.Value);
            else json.WriteNull(metric.Name);
        }

        json.WriteEndObject();
        Number(json, "seconds", Seconds);
        Number(json, "samples_per_second", SamplesPerSecond);
        json.WriteString("weights_hash", WeightsHash);
        json.WriteEndObject();
    });

    /// <summary>The result in a sentence, in the invariant culture; <see cref="ToJson"/> has all of it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(TrainingErrors.Invariant($"{NameOf(Outcome)} after {Steps} steps ({Epochs} epochs) in {Seconds:F1} s: training loss {TrainLoss:F4}"));
        Say("validation loss", ValidationLoss, "F4");
        Say("validation accuracy", ValidationAccuracy, "P2");
        Say("test loss", TestLoss, "F4");
        Say("test accuracy", TestAccuracy, "P2");
        foreach (var metric in TestMetrics) Say($"test {metric.Name}", metric.Value, "G5");
        return text.ToString();

        void Say(string what, double? value, string format)
        {
            if (value is { } number) text.Append(CultureInfo.InvariantCulture, $", {what} ").Append(number.ToString(format, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="TrainingException">EK0506: it is not that.</exception>
    internal static TrainResult Parse(string text, string folder)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            return new TrainResult
            {
                Outcome = Enum.GetValues<TrainOutcome>().First(outcome => NameOf(outcome) == json.GetProperty("outcome").GetString()),
                RunFolder = folder,
                Steps = json.GetProperty("steps").GetInt64(),
                Commits = json.GetProperty("commits").GetInt64(),
                Skipped = json.GetProperty("skipped").GetInt64(),
                Epochs = json.GetProperty("epochs").GetInt32(),
                BestStep = json.GetProperty("best_step").GetInt64(),
                TrainLoss = Number(json, "train_loss") ?? double.NaN,
                ValidationLoss = Number(json, "validation_loss"),
                ValidationAccuracy = Number(json, "validation_accuracy"),
                TestLoss = Number(json, "test_loss"),
                TestAccuracy = Number(json, "test_accuracy"),
                TestMetrics = [.. json.GetProperty("test_metrics").EnumerateObject().Select(static item => new MetricValue(item.Name, item.Value.ValueKind == JsonValueKind.Null ? double.NaN : item.Value.GetDouble()))],
                Seconds = json.GetProperty("seconds").GetDouble(),
                SamplesPerSecond = Number(json, "samples_per_second") ?? double.NaN,
                WeightsHash = json.GetProperty("weights_hash").GetString() ?? "",
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw TrainingErrors.NothingToResume(folder, $"its result.json cannot be read ({error.Message.TrimEnd('.')})");
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
    }

    private static double? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetDouble() : null;
}
