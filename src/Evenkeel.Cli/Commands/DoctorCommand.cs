using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Cli.Training;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Diagnostics;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel doctor</c>: finds mistakes with batch normalisation, and what a learning curve tells.</summary>
internal static class DoctorCommand
{
    private static readonly int[] UsualInput = [28, 28, 1];
    private const int UsualOutputs = 10;

    public static Command Create(Terminal terminal)
    {
        var options = new TrainOptions();
        var target = new Argument<string>("target") { Description = "A run folder (its best weights and its log), a checkpoint file, or the name of a model." };
        var dataset = new Argument<string?>("dataset") { Description = $"Samples for the probes: a name [{string.Join('|', DatasetTable.Names)}], a folder with four IDX files, or the CSV file of a run; default none.", Arity = ArgumentArity.ZeroOrOne };
        var input = Options.Sizes("--input", $"A model's sample shape; default {string.Join(',', UsualInput)}.");
        var outputs = Options.Integer("--outputs", $"A model's outputs; default {UsualOutputs}.", 1);
        var without = Options.Text("--without", "Codes of checks to leave out, with commas between them.", "CODES");
        var fix = Options.Text("--fix", "Apply the automatic fixes and write the mended checkpoint to a file.", "FILE");
        var strict = Options.Flag("--strict", "End with exit code 3 for warnings too, not for errors alone.");
        var (data, threads, json) = (Shared.Data(), Shared.Threads(), Shared.Json());
        var command = new Verb("doctor", "Look for mistakes with batch normalisation in a run, a checkpoint or a model, with evidence and remedy.",
            "doctor runs/cifar cifar10", "doctor runs/cifar cifar10 --fix mended.safetensors", "doctor mlp --batch-size 4")
        { target, dataset, data, input, outputs, without, fix, strict, threads, json };
        foreach (var option in options.OfModel.Where(option => option != options.Model)) command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(target);
            var parts = parsed.GetValue(dataset) is { } source ? await LoadAsync(source, name, parsed.GetValue(data), terminal, cancellation).ConfigureAwait(false) : null;
            var settings = options.ApplyToModel(parsed, Defaults.For(null, ModelTable.Names.Contains(name, StringComparer.Ordinal) ? name : null));
            using var opened = ModelTable.Names.Contains(name, StringComparer.Ordinal) ? null
                : Shared.IsPath(name) ? Checkpoint.Open(name)
                : throw CliErrors.UnknownName("evenkeel doctor", "target", name, ModelTable.Names);
            var patient = opened is null
                ? OfModel(TrainSetup.CreateModel(settings with { Model = name }, Sample(parsed.GetValue(input), parts), Outputs(parsed.GetValue(outputs), parts)), settings, parts)
                : OfCheckpoint(opened, name, parts);
            var doctor = new DoctorOptions { Threads = parsed.GetValue(threads) ?? 0, Without = [.. (parsed.GetValue(without) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)] };
            var report = Doctor.Examine(patient, doctor, cancellation);
            var done = parsed.GetValue(fix) is { } file ? Mend(report, patient.Model, opened, file) : [];
            if (parsed.GetValue(json)) JsonLine.Write(terminal.Output, writer => Write(writer, name, report, done));
            else Print(terminal.Output, name, report, done, parsed.GetValue(fix));
            return report.Gravest >= (parsed.GetValue(strict) ? Severity.Warning : Severity.Error) ? ExitCode.Found : ExitCode.Success;
        });
        return command;
    }

    /// <summary>Loads the samples; which rows of a table were held out to test stands in the run's settings.</summary>
    private static async Task<DatasetParts> LoadAsync(string source, string target, string? folder, Terminal terminal, CancellationToken cancellation)
    {
        if (!Tables.Is(source)) return await Shared.LoadAsync(source, folder, terminal, cancellation).ConfigureAwait(false);
        var settings = Directory.Exists(target) && RunDirectory.IsRunFolder(target) ? TrainSettings.OfRun(target, RunDirectory.Open(target).ReadConfiguration()) : null;
        if (settings?.Target is null) throw CliErrors.NoRunOfTable(target, source);
        return (await Tables.LoadAsync("evenkeel doctor", settings with { Dataset = source }, terminal, cancellation).ConfigureAwait(false)).Parts;
    }

    private static ReadOnlySpan<int> Sample(ImmutableArray<int>? sizes, DatasetParts? parts) => sizes is { } given ? given.AsSpan() : parts is not null ? parts.Training.Shape.Dimensions : UsualInput;

    private static int Outputs(int? given, DatasetParts? parts) => given ?? (parts is null ? UsualOutputs : parts.Training.Target.Kind == TargetKind.ClassIndex ? parts.Training.Target.ClassCount : parts.Training.Target.Width);

    /// <summary>A model that was never trained: its first values, and the batch size that it would be trained with.</summary>
    private static Patient OfModel(Model model, TrainSettings settings, DatasetParts? parts) => new()
    {
        Model = model,
        Loss = parts is null ? null : TrainSetup.CreateLoss(parts.Training.Target),
        BatchSize = settings.BatchSize,
        Training = parts?.Training,
        Evaluation = parts?.Test,
    };

    private static Patient OfCheckpoint(Checkpoint opened, string path, DatasetParts? parts)
    {
        var log = Directory.Exists(path) && File.Exists(Path.Combine(path, "log.jsonl")) ? RunLogReader.Read(RunDirectory.Open(path).LogPath) : null;
        var trainer = opened.Info.TrainerJson is { } json ? JsonDocument.Parse(json).RootElement : default;
        var training = parts?.Training;
        var held = parts?.Test;
        if (training is not null && opened.Info.Dataset == training.Name && Number(trainer, "validation") is { } validation and > 0 && validation < training.Count)
        {
            // The samples that the fit held out, and not the test part, tell overfitting without spending the test.
            var split = training.HoldOut(validation, opened.Info.Seed);
            (training, held) = (split.First, split.Second);
        }

        return new Patient
        {
            Model = opened.BuildModel(),
            Loss = opened.Info.Loss is { } loss ? LossTable.Create(loss) : parts is null ? null : TrainSetup.CreateLoss(parts.Training.Target),
            BatchSize = Number(trainer, "batch_size"),
            MicroBatches = Number(trainer, "accumulate") ?? 1,
            MicroBatchStatistics = trainer.ValueKind == JsonValueKind.Object && trainer.TryGetProperty("accumulated_statistics", out var statistics) && statistics.GetString() == "exact" ? AccumulatedStatistics.Exact : AccumulatedStatistics.Averaged,
            PlannedSteps = Number(trainer, "steps"),
            Commits = opened.Step == 0 ? null : opened.Step,
            Training = training is null ? null : Seen(opened.Info, training),
            Evaluation = held is null ? null : Seen(opened.Info, held),
            Curve = log is null ? null : TrainingCurve.Of(log),
        };
    }

    /// <summary>Samples and target values as the model was trained on them.</summary>
    private static Dataset Seen(CheckpointInfo info, Dataset dataset) => info.Transforms.Over(info.TargetScaling?.Over(dataset) ?? dataset);

    private static int? Number(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : null;

    private static ImmutableArray<string> Mend(DoctorReport report, Model model, Checkpoint? opened, string file)
    {
        var done = report.ApplyFixes(model);
        if (!done.IsEmpty) Checkpoint.Save(file, model, opened?.Info);
        return done;
    }

    private static void Print(TextWriter output, string name, DoctorReport report, ImmutableArray<string> done, string? file)
    {
        output.WriteLine(name);
        output.Write(report.ToText());
        foreach (var fix in done) output.WriteLine($"mended: {fix}");
        if (!done.IsEmpty) output.WriteLine($"written: {file}");
        else if (file is not null) output.WriteLine("nothing to mend by itself; no file written");
    }

    private static void Write(Utf8JsonWriter json, string name, DoctorReport report, ImmutableArray<string> done)
    {
        json.WriteString("command", "doctor");
        json.WriteString("target", name);
        report.WriteJson(json);
        json.WriteStartArray("mended");
        foreach (var fix in done) json.WriteStringValue(fix);
        json.WriteEndArray();
    }
}
