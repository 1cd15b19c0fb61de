using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Cli.Training;
using Evenkeel.Records.Files;
using Evenkeel.Reports.Charts;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Diagnostics.Checks;
using Evenkeel.Training.Search;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel lr-find</c>: ramps the learning rate and suggests one.</summary>
internal static class LearningRateCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new TrainOptions();
        var lowest = Options.Number("--lowest", "The first learning rate; default 0.00001.", 0, isOpen: true);
        var highest = Options.Number("--highest", "The last learning rate; default 10.", 0, isOpen: true);
        var rates = Options.Integer("--rates", "Steps of the ramp; default 200.", 10);
        var plot = Options.Text("--plot", "Write the curve as SVG to a file.", "FILE");
        var (data, threads, json) = (Shared.Data(), Shared.Threads(), Shared.Json());
        var command = new Verb("lr-find", "Ramp the learning rate over a short training of a copy, and suggest one to train with.",
            "lr-find mnist", "lr-find cifar10 --optimizer adam --plot rates.svg")
        { options.Dataset, data, lowest, highest, rates, plot, threads, json };

        // What does not change the first steps of a fit has no place here.
        foreach (var option in options.All.Except([options.LearningRate, options.Epochs, options.Steps, options.Schedule, options.AverageDecay, options.Patience, options.Smoke])) command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var listening = terminal.Interruption?.Listen(source, static () => { });
            var settings = options.Apply(parsed, Defaults.For(parsed.GetValue(options.Dataset), parsed.GetValue(options.Model), parsed.GetValue(options.Recipe))) with { Data = parsed.GetValue(data) };
            (settings, var parts, _) = await Tables.LoadAsync("evenkeel lr-find", settings, terminal, source.Token).ConfigureAwait(false);
            settings = settings with { Augmentation = settings.Augmentation ?? Defaults.Augmentation(settings, parts.Training.Shape) };
            var (model, transforms) = TrainSetup.CreateModel(settings, parts.Training, source.Token);
            var defaults = new RateSearchOptions();
            var search = new RateSearchOptions { Lowest = parsed.GetValue(lowest) ?? defaults.Lowest, Highest = parsed.GetValue(highest) ?? defaults.Highest, Steps = parsed.GetValue(rates) ?? defaults.Steps };
            if (search.Highest <= search.Lowest) throw CliErrors.Contradiction("evenkeel lr-find", "--lowest", "--highest", "The ramp rises.");
            var curve = LearningRateFinder.Run(model, TrainSetup.CreateLoss(parts.Training.Target, settings), TrainSetup.CreateOptions(settings, parts.Training, parsed.GetValue(threads) ?? 0, null, transforms), parts.Training, search, source.Token);
            if (parsed.GetValue(plot) is { } file) AtomicFile.WriteText(file, SvgRenderer.Render(curve.ToChart()));
            if (parsed.GetValue(json)) JsonLine.Write(terminal.Output, writer => Write(writer, parts.Name, curve));
            else Print(terminal.Output, curve, new Patient { Model = model, RateSweep = curve.Sweep }, parsed.GetValue(plot));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(TextWriter output, RateCurve curve, Patient patient, string? file)
    {
        output.WriteLine(Words.Invariant($"{curve.LearningRates.Length} steps from {Words.Number(curve.LearningRates[0])} to {Words.Number(curve.LearningRates[^1])}{(curve.Diverged ? ", where the loss diverged" : "")}"));
        output.WriteLine(Words.Invariant($"lowest smoothed loss {curve.Smoothed.Min():F4} at {curve.AtLowestLoss:G3}, steepest fall at {curve.Steepest:G3}"));
        if (curve.Suggestion is { } suggestion) output.WriteLine(Words.Invariant($"suggestion: --lr {suggestion:G2}"));
        else foreach (var finding in Doctor.Examine(patient).Findings.Where(finding => finding.Code == new ProbableCodeBug().Code)) output.WriteLine($"no suggestion: {finding}");
        if (file is not null) output.WriteLine($"written: {file}");
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, string dataset, RateCurve curve)
    {
        json.WriteString("command", "lr-find");
        json.WriteString("dataset", dataset);
        json.WriteNumberOrNull("suggestion", curve.Suggestion);
        json.WriteNumber("at_lowest_loss", curve.AtLowestLoss);
        json.WriteNumber("steepest", curve.Steepest);
        json.WriteBoolean("diverged", curve.Diverged);
        json.WriteStartArray("curve");
        for (var i = 0; i < curve.LearningRates.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("learning_rate", curve.LearningRates[i]);
            json.WriteNumberOrNull("loss", curve.Losses[i]);
            json.WriteNumberOrNull("smoothed", curve.Smoothed[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
