using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Cli.Training;
using Evenkeel.Data.Datasets;
using Evenkeel.Records.Files;
using Evenkeel.Training;
using Evenkeel.Training.Search.Tuning;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel tune</c>: searches settings of <c>train</c> by trying them.</summary>
internal static class TuneCommand
{
    private const string Verb = "evenkeel tune";
    private const int Leaders = 5;

    public static Command Create(Terminal terminal)
    {
        var options = new TrainOptions();
        var defaults = new StudyOptions();
        var space = new Argument<string>("space") { Description = "A JSON file of options of train and their ranges: {\"lr\": {\"from\": 0.01, \"to\": 1, \"scale\": \"log\"}, \"optimizer\": {\"choices\": [\"sgd\", \"adam\"]}}." };
        var trials = Options.Integer("--trials", $"Trials altogether, over all processes that share the journal; default {defaults.Trials}.", 1);
        var sampler = Options.Name("--sampler", $"Chooses the settings; default {defaults.Sampler}", static () => SamplerTable.Names);
        var pruner = Options.Name("--pruner", $"Gives up hopeless trials between epochs; default {defaults.Pruner}", static () => PrunerTable.Names);
        var journal = Options.Text("--journal", "Where trials are written as they go; the same file goes on, also from several processes. Default the space's file with .jsonl.", "FILE");
        var report = Options.Text("--report", "Write leaderboard, importance and charts as an HTML page.", "FILE");
        var (data, threads, json) = (Shared.Data(), Shared.Threads(), Shared.Json());
        var command = new Verb("tune", "Search good settings of train by trying them: each trial is a short training, judged by the held-out samples.",
            "tune space.json", "tune space.json mnist --epochs 3 --trials 30 --report search.html")
        { space, options.Dataset, data, trials, sampler, pruner, journal, report, threads, json };
        foreach (var option in options.All.Except([options.Smoke, options.Overfit, options.Views])) command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var listening = terminal.Interruption?.Listen(source, () => terminal.Error.WriteLine("\nstopping; the same command goes on from the journal"));
            var file = parsed.GetRequiredValue(space);
            var varied = new TrialSettings(SearchSpace.Load(file), file);
            var settings = options.Apply(parsed, Defaults.For(parsed.GetValue(options.Dataset), parsed.GetValue(options.Model), parsed.GetValue(options.Recipe))) with { Data = parsed.GetValue(data) };
            (settings, var parts, _) = await Tables.LoadAsync(Verb, settings, terminal, source.Token).ConfigureAwait(false);
            settings = settings with { Validation = settings.Validation ?? Defaults.Validation(settings, parts.Training.Count) };
            if (settings.Validation == 0) throw CliErrors.BadValue(Verb, "--validation", "0", "some samples to judge the trials by");
            var study = Study.Open(parsed.GetValue(journal) ?? Path.ChangeExtension(file, ".jsonl"), varied.Space, new StudyOptions
            {
                Trials = parsed.GetValue(trials) ?? defaults.Trials,
                Sampler = parsed.GetValue(sampler) ?? defaults.Sampler,
                Pruner = parsed.GetValue(pruner) ?? defaults.Pruner,
                Seed = settings.Seed,
                Objective = Describe(settings, parts),
            });
            var log = parsed.GetValue(json) ? terminal.Error : terminal.Output;
            log.WriteLine($"{study.Options.Objective}; {study.Trials.Count} of {study.Options.Trials} trials are in {study.Path}");
            study.Minimize((trial, tell) => Train(varied.Apply(trial, settings), parts, parsed.GetValue(threads) ?? 0, tell, source.Token), trial =>
            {
                log.WriteLine(Words.Invariant($"trial {trial.Number}: {(trial.Value is { } value ? Words.Number(value) : "no result")}, {trial.State.ToString().ToLowerInvariant()}; {trial}"));
                log.Flush();
            }, source.Token);
            if (parsed.GetValue(report) is { } page) AtomicFile.WriteText(page, StudyReport.Create(study, $"Search on {parts.Name}").ToHtml());
            Print(log, study, settings.Dataset);
            if (parsed.GetValue(json)) JsonLine.Write(terminal.Output, writer => Write(writer, study));
            return ExitCode.Success;
        });
        return command;
    }

    private static double Train(TrainSettings settings, DatasetParts parts, int threads, Func<int, double, bool> tell, CancellationToken cancellation)
    {
        settings = settings with { Augmentation = settings.Augmentation ?? Defaults.Augmentation(settings, parts.Training.Shape) };
        var (model, transforms) = TrainSetup.CreateModel(settings, parts.Training, cancellation);
        var trainer = new Trainer(model, TrainSetup.CreateLoss(parts.Training.Target, settings), TrainSetup.CreateOptions(settings, parts.Training, threads, null, transforms) with { Callbacks = [new StudyCallback(tell)] });
        var result = trainer.Fit(parts.Training, null, null, cancellation);
        if (result.Outcome == TrainOutcome.Cancelled) throw new OperationCanceledException(cancellation);
        return StudyCallback.Objective(result.ValidationLoss ?? double.NaN, result.ValidationAccuracy);
    }

    /// <summary>What the trials are judged by; the number stands for all settings that the space does not vary.</summary>
    private static string Describe(TrainSettings settings, DatasetParts parts)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes((settings with { Data = null }).ToJson())).AsSpan(0, 4));
        return $"validation {(parts.Training.Target.Kind == TargetKind.ClassIndex ? "error rate" : "loss")} on {parts.Name} (settings {hash})";
    }

    private static void Print(TextWriter log, Study study, string dataset)
    {
        if (study.Best is not { } best)
        {
            log.WriteLine("no trial is complete yet");
            return;
        }

        log.WriteLine("best trials:");
        foreach (var trial in study.Trials.Where(static trial => trial.State == TrialState.Complete).OrderBy(static trial => trial.Value).ThenBy(static trial => trial.Number).Take(Leaders))
            log.WriteLine(Words.Invariant($"  {Words.Number(trial.Value!.Value)}  trial {trial.Number}: {trial}"));
        var importance = ParameterImportance.Measure(study.Space, study.Trials);
        if (importance.Count > 0) log.WriteLine($"what matters, each alone: {string.Join(", ", importance.Select(static item => Words.Invariant($"{item.Name} {item.Share:P0}")))}");
        log.WriteLine($"to use it: evenkeel train {dataset} {string.Join(' ', TrialSettings.Arguments(best))}, with the other options of this search");
        log.Flush();
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, Study study)
    {
        json.WriteString("command", "tune");
        json.WriteString("journal", Path.GetFullPath(study.Path));
        json.WriteNumber("trials", study.Trials.Count);
        foreach (var state in Enum.GetValues<TrialState>()) json.WriteNumber(state.ToString().ToLowerInvariant(), study.Trials.Count(trial => trial.State == state));
        if (study.Best is { } best)
        {
            json.WriteStartObject("best");
            json.WriteNumber("trial", best.Number);
            json.WriteNumber("value", best.Value!.Value);
            json.WriteStartObject("settings");
            foreach (var parameter in study.Space.Parameters) json.WriteString(parameter.Name, best.Text(parameter.Name));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("best");
        }

        json.WriteStartObject("importance");
        foreach (var item in ParameterImportance.Measure(study.Space, study.Trials)) json.WriteNumber(item.Name, Math.Round(item.Share, 4));
        json.WriteEndObject();
    }
}
