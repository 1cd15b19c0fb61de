using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Cli.Training;
using Evenkeel.Data.Datasets;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Training;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Diagnostics;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel train</c>: trains a network and writes a run folder.</summary>
internal static class TrainCommand
{
    private const string Runs = "runs";

    private static readonly string[] Switch = ["off", "on"];

    public static Command Create(Terminal terminal)
    {
        var options = new TrainOptions();
        var (data, threads, json) = (Shared.Data(), Shared.Threads(), Shared.Json());
        var folder = Options.Text("--out", $"The run folder, missing or empty; default a new one below {Runs}/.", "DIR");
        var resume = Options.Text("--resume", "Continue the run in a folder, to the bits of an uninterrupted run; a finished run gives its result again.", "DIR");
        var budget = Options.Number("--budget", "The most seconds that training may take; default no limit.", 0, isOpen: true);
        var doctor = Options.Name("--doctor", "Whether the doctor examines the run before its first step and after epochs 1, 4, 16, ... and warns; the run's bits are the same; default on", static () => Switch);
        var command = new Verb("train", "Train a network. Without options: the best small default on glyphs, which needs no file.",
            "train", "train mnist --hidden 512,512 --epochs 12", "train cifar10 --model resnet20 --seed 1 --out runs/cifar", "train --resume runs/cifar", "train flowers --model resnet20 --image-size 64", "train houses.csv --target price")
        { options.Dataset, data, folder, resume, threads, budget, doctor, json };
        foreach (var option in options.OfTransfer.Concat(options.All)) command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(resume) is not null && parsed.GetValue(folder) is not null) throw CliErrors.Contradiction("evenkeel train", "--resume", "--out", "A resumed run stays in its folder.");
            var request = new Request(parsed.GetValue(resume), parsed.GetValue(folder), parsed.GetValue(threads) ?? 0, parsed.GetValue(budget), parsed.GetValue(doctor) != Switch[0], parsed.GetValue(json));
            // A finished run has nothing to compute, and so needs no data.
            if (request.Resume is { } finished && !options.AreGiven(parsed) && TrainResult.Read(finished) is { } result) return Tell(result, finished, request, terminal);
            var settings = request.Resume is { } run ? TrainSettings.OfRun(run, RunDirectory.Open(run).ReadConfiguration()) : Defaults.For(parsed.GetValue(options.Dataset), parsed.GetValue(options.Model), parsed.GetValue(options.Recipe));
            settings = options.Apply(parsed, settings) with { Data = parsed.GetValue(data) is { } place ? Path.GetFullPath(place) : settings.Data };
            return await RunAsync(settings, request, terminal, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private sealed record Request(string? Resume, string? Folder, int Threads, double? Budget, bool HasDoctor, bool Json);

    private static async Task<int> RunAsync(TrainSettings settings, Request request, Terminal terminal, CancellationToken cancellation)
    {
        // Standard output belongs to the JSON line where one was asked for.
        var (log, isLive) = request.Json ? (terminal.Error, terminal.IsErrorLive) : (terminal.Output, terminal.IsOutputLive);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var listening = terminal.Interruption?.Listen(source, () => terminal.Error.WriteLine("\nfinishing the step and writing a checkpoint; Ctrl-C again quits at once"));

        if (request is { Resume: null, Folder: { } wanted }) RunDirectory.RequireFree(wanted);
        log.WriteLine($"loading {settings.Dataset}");
        log.Flush();
        (settings, var parts, var import) = await Tables.LoadAsync("evenkeel train", settings, terminal, source.Token).ConfigureAwait(false);
        if (ClassGaps.Describe(parts.Training) is { } gaps) terminal.Error.WriteLine($"warning {ClassGaps.Code}: {gaps}");
        // A relative folder of data must be found again when the run is resumed from elsewhere.
        if (!DatasetTable.Names.Contains(settings.Dataset, StringComparer.Ordinal) && Directory.Exists(settings.Dataset)) settings = settings with { Dataset = Path.GetFullPath(settings.Dataset) };
        settings = settings with { Augmentation = settings.Augmentation ?? Defaults.Augmentation(settings, parts.Training.Shape) };
        var (model, transforms) = settings.From is not null ? TransferSetup.Create(settings, request.Resume, parts.Training.Target) : TrainSetup.CreateModel(settings, parts.Training, source.Token);
        var folder = request.Resume ?? request.Folder ?? RunDirectory.FreshPath(Runs, $"{parts.Name}-{settings.Model}", TimeProvider.System.GetUtcNow());
        var line = new TrainingProgressLine(log, isLive, terminal.Width, TimeProvider.System);
        var trainer = new Trainer(model, TrainSetup.CreateLoss(parts.Training.Target, settings), TrainSetup.CreateOptions(settings, parts.Training, request.Threads, request.Resume is null ? folder : null, transforms) with
        {
            WallClockBudget = request.Budget is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 1e9)) : null,
            Callbacks = [new DelegateCallback { Warning = (in WarningEvent warning) => Warn(terminal, line, warning) }, .. Doctor(settings, request)],
        });

        log.WriteLine($"{parts.Training.Name}: {Words.Count(parts.Training.Count)} samples of {parts.Training.Shape}, {Words.Count(parts.Test.Count)} to test");
        if (import is not null) Tables.Describe(log, import);
        log.WriteLine(TrainSetup.Describe(settings, model, parts.Training));
        log.WriteLine($"run folder: {folder}");
        log.Flush();
        // On this very thread: it becomes the first worker, and nothing else of the process needs one meanwhile.
        var result = request.Resume is null
            ? trainer.Fit(parts.Training, parts.Test, line, source.Token)
            : trainer.Resume(folder, parts.Training, parts.Test, line, source.Token);
        line.Finish();
        return Tell(result, folder, request, terminal);
    }

    private static int Tell(TrainResult result, string folder, Request request, Terminal terminal)
    {
        Print(request.Json ? terminal.Error : terminal.Output, result, folder, request.Json);
        if (request.Json) JsonLine.Write(terminal.Output, json => Write(json, result, folder));
        return result.Outcome == TrainOutcome.Cancelled ? ExitCode.Interrupted : ExitCode.Success;
    }

    /// <summary>None for two steps, or for a few samples that the network shall learn by heart: what is unhealthy elsewhere is meant there.</summary>
    private static Callback[] Doctor(TrainSettings settings, Request request) =>
        request.HasDoctor && !settings.Smoke && settings.Overfit == 0 ? [new DoctorCallback(new DoctorOptions { Threads = request.Threads }, DoctorRhythm.Sparse)] : [];

    private static void Warn(Terminal terminal, TrainingProgressLine line, in WarningEvent warning)
    {
        line.Finish();
        terminal.Error.WriteLine($"warning {warning.Code}: {warning.Text}");
    }

    private static void Print(TextWriter log, TrainResult result, string folder, bool json)
    {
        var end = result.Outcome switch
        {
            TrainOutcome.EarlyStopped => "stopped early: validation did not improve any more",
            TrainOutcome.OutOfTime => "the time budget is used up",
            TrainOutcome.Cancelled => "interrupted; a checkpoint is written",
            _ => "done",
        };
        log.WriteLine(Words.Invariant($"{end} after {result.Steps} steps ({result.Epochs} epochs) in {result.Seconds:F1} s, {Words.Rate(result.SamplesPerSecond)} samples/s"));
        if (result.Skipped > 0) log.WriteLine(Words.Invariant($"{result.Skipped} steps were skipped because they were not finite"));
        log.WriteLine(Words.Invariant($"training loss {result.TrainLoss:F4}"));
        if (result.ValidationAccuracy is { } validation) log.WriteLine(Words.Invariant($"best validation accuracy {Words.Percent(validation)} at step {result.BestStep}"));
        if (result.TestAccuracy is { } accuracy) log.WriteLine(Words.Invariant($"test accuracy {Words.Percent(accuracy)}, test loss {result.TestLoss:F4}"));
        else if (result.TestLoss is { } loss) log.WriteLine(Words.Invariant($"test loss {loss:F4}"));
        foreach (var metric in result.TestMetrics) log.WriteLine($"test {metric.Name} {Words.Number(metric.Value)}");
        log.WriteLine(result.Outcome == TrainOutcome.Cancelled
            ? $"to go on: evenkeel train --resume {Quote(folder)}{(json ? " --json" : "")}"
            : $"to use it: evenkeel predict {Quote(folder)} FILE");
        log.Flush();
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, TrainResult result, string folder)
    {
        json.WriteString("command", "train");
        json.WriteString("run", result.RunFolder ?? Path.GetFullPath(folder));
        json.WriteNumber("steps", result.Steps);
        json.WriteNumber("epochs", result.Epochs);
        json.WriteNumberOrNull("train_loss", result.TrainLoss);
        json.WriteNumberOrNull("test_accuracy", result.TestAccuracy);
        json.WriteNumberOrNull("test_loss", result.TestLoss);
        json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        json.WriteNumberOrNull("samples_per_second", Math.Round(result.SamplesPerSecond, 1));
        json.WriteString("weights_hash", result.WeightsHash);
        json.WriteString("outcome", result.Outcome switch
        {
            TrainOutcome.EarlyStopped => "early_stopped",
            TrainOutcome.OutOfTime => "out_of_time",
            TrainOutcome.Cancelled => "cancelled",
            _ => "completed",
        });
        json.WriteNumberOrNull("validation_accuracy", result.ValidationAccuracy);
        json.WriteNumberOrNull("validation_loss", result.ValidationLoss);
        if (result.TestMetrics.Count == 0) return;
        json.WriteStartObject("test_metrics");
        foreach (var metric in result.TestMetrics) json.WriteNumberOrNull(metric.Name, metric.Value);
        json.WriteEndObject();
    }

    private static string Quote(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
