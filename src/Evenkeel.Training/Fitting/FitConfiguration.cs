using System.Text.Json;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Training.Fitting;

/// <summary>The resolved configuration as JSON: what decides the bits of a fit, and nothing that does not.</summary>
internal static class FitConfiguration
{
    private const string WidthKey = "width";
    private const string RatesKey = "learning_rates";

    public static string Write(FitSetup setup, Dataset train) => CheckpointFormat.Json(json =>
    {
        var options = setup.Options;
        json.WriteStartObject();
        json.WriteString("dataset", train.Name);
        json.WriteString("samples", TrainingErrors.Invariant($"{train.Count} of {train.Shape}, {train.Target}"));
        json.WriteString("loss", Describe(setup.Loss, setup.Loss.Name));
        json.WriteString("optimizer", Describe(options.Optimizer, options.Optimizer.Name));
        if (!options.Optimizer.Groups.IsEmpty) json.WriteString("parameter_groups", string.Join("; ", options.Optimizer.Groups));
        if (options.Optimizer.Regularization != Regularization.None) json.WriteString("regularization", options.Optimizer.Regularization.ToString());
        json.WriteNumber("learning_rate", options.Rate);
        json.WriteString("schedule", setup.Schedule.Name);
        // The preview below tells other schedules apart.
        if (setup.Schedule.HeedsValidations) json.WriteString("schedule_options", setup.Schedule.ToString());
        json.WriteStartArray(RatesKey);
        foreach (var part in (ReadOnlySpan<int>)[0, 1, 2, 3, 4]) json.WriteNumberValue(setup.Schedule.LearningRateAt((setup.TotalSteps - 1) * part / 4));
        json.WriteEndArray();
        if (options.Decoupled is { } decoupled) json.WriteString("decoupled", decoupled.ToString());
        if (options.Clipping is { } clipping) json.WriteString("clipping", clipping.ToString());
        json.WriteNumber("batch_size", setup.BatchSize);
        if (options.Accumulate > 1)
        {
            json.WriteNumber("accumulate", options.Accumulate);
            json.WriteString("accumulated_statistics", options.AccumulatedStatistics == AccumulatedStatistics.Exact ? "exact" : "averaged");
        }

        json.WriteNumber("steps", setup.TotalSteps);
        json.WriteNumber("seed", options.Seed);
        if (!options.Shuffle) json.WriteBoolean("shuffle", false);
        json.WriteNumber("validation", setup.Validation?.Count ?? 0);
        json.WriteNumber("validate_every", options.ValidateEvery);
        json.WriteString("monitor", setup.MonitorsAccuracy ? "validation_accuracy" : "validation_loss");
        json.WriteNumber("patience", options.EarlyStopping?.Patience ?? 0);
        json.WriteNumber("minimum_improvement", options.EarlyStopping?.MinimumImprovement ?? 0);
        json.WriteBoolean("restore_best", options.RestoreBest);
        json.WriteNumber("recalibrate_batches", options.RecalibrateBatches);
        if (options.AverageDecay is { } decay) json.WriteNumber("average_decay", decay);
        json.WriteNumber("maximum_skips", options.MaximumSkips);
        json.WritePropertyName("transforms");
        options.Transforms.Write(json);
        json.WriteBoolean("standardize", options.Standardize);
        if (options.StandardizeTargets) json.WriteBoolean("standardize_targets", true);
        if (!options.Augmentations.IsEmpty) json.WriteString("augmentations", string.Join("; ", options.Augmentations));
        if (!options.Views.IsEmpty) json.WriteString("views", string.Join("; ", options.Views));
        if (options.Mixing is { } mixing) json.WriteString("mixing", mixing.ToString());
        json.WriteBoolean("smoke", options.Smoke);
        json.WriteNumber("overfit", options.Overfit);
        json.WriteNumber(WidthKey, setup.Width);
        json.WriteEndObject();
    });

    /// <summary>All of <c>config.json</c>: the trainer's part, the model, and whatever the caller adds.</summary>
    public static string WriteRun(FitSetup setup) => CheckpointFormat.Json(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("trainer");
        json.WriteRawValue(setup.TrainerJson);
        json.WritePropertyName("model");
        json.WriteRawValue(setup.Model.Configuration ?? "null");
        json.WritePropertyName("transforms");
        setup.Info.Transforms.Write(json);
        json.WriteNumber("epochs", setup.TotalEpochs);
        json.WriteNumber("threads", setup.Options.Threads);
        json.WritePropertyName("caller");
        json.WriteRawValue(setup.Options.CallerJson ?? "null");
        json.WriteEndObject();
    });

    /// <summary>The width that a run was started with.</summary>
    public static int? StoredWidth(string? trainerJson)
    {
        if (trainerJson is null) return null;
        using var document = JsonDocument.Parse(trainerJson);
        return document.RootElement.TryGetProperty(WidthKey, out var width) ? width.GetInt32() : null;
    }

    /// <exception cref="TrainingException">EK0505: a setting differs.</exception>
    public static void CheckSame(string folder, string stored, string now)
    {
        using var old = JsonDocument.Parse(stored);
        using var current = JsonDocument.Parse(now);
        // The preview of rates follows from other settings: where one of those differs, that is what to say.
        foreach (var property in current.RootElement.EnumerateObject().OrderBy(static property => property.NameEquals(RatesKey)))
        {
            var before = old.RootElement.TryGetProperty(property.Name, out var value) ? value.GetRawText() : "nothing";
            if (before != property.Value.GetRawText()) throw TrainingErrors.OtherConfiguration(folder, property.Name, property.Value.GetRawText(), before);
        }

        foreach (var property in old.RootElement.EnumerateObject())
        {
            if (!current.RootElement.TryGetProperty(property.Name, out _)) throw TrainingErrors.OtherConfiguration(folder, property.Name, "nothing", property.Value.GetRawText());
        }
    }

    private static string Describe(object part, string name) => part.ToString() is { } text && text != part.GetType().ToString() ? text : name;
}
