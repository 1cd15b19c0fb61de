using System.Globalization;
using System.Text.Json;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Reports.Charts;

namespace Evenkeel.Reports.Pages;

/// <summary>Makes the page of a run from its log: loss, accuracy, learning rate, throughput, warnings, and how it was made.</summary>
public static class RunReport
{
    // A hundredth of the run: fine enough for a kink, coarse enough for a line.
    private const double SmoothedShare = 0.01;
    private const double LogScaleRatio = 100;

    /// <summary>Makes the page of a run folder.</summary>
    /// <param name="run">The folder of a run that has ended, was killed or still goes on.</param>
    /// <exception cref="Records.RecordsException">EK0401, EK0430..EK0432: the log is missing or damaged.</exception>
    /// <exception cref="ReportsException">EK0451: the log has no event yet.</exception>
    public static HtmlPage Create(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Create(RunLogReader.Read(run.LogPath), Path.GetFileName(run.Path));
    }

    /// <summary>Makes the page of a run.</summary>
    /// <param name="history">What its log says.</param>
    /// <param name="name">The name of the run, for instance that of its folder.</param>
    /// <exception cref="ReportsException">EK0451: the log has no event yet.</exception>
    public static HtmlPage Create(RunHistory history, string name)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Started is not { } started) throw ReportsErrors.EmptyLog(name);
        var page = new HtmlPage(started.Title) { Subtitle = Invariant($"Run {name}, started {started.Time:yyyy-MM-dd HH:mm:ss zzz}"), Verdict = Judge(history) };
        AddNumbers(page, history);

        var curves = page.Section("Curves");
        AddLoss(curves, history);
        AddAccuracy(curves, history);
        AddRates(curves, history);
        AddWarnings(page, history);
        AddCheckpoints(page, history);
        var facts = new List<(string, string)>
        {
            ("seed", started.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Evenkeel", started.Versions.Evenkeel),
            ("runtime", started.Versions.Runtime),
            ("operating system", $"{started.Machine.OperatingSystem}, {started.Machine.Architecture}"),
            ("processor", Invariant($"{(started.Machine.Processor.Length > 0 ? started.Machine.Processor : "unknown")}, {started.Machine.LogicalProcessors} logical processors")),
            ("threads", started.Machine.Threads.ToString(CultureInfo.InvariantCulture)),
            ("vector width", Invariant($"{started.Machine.VectorBits} bits")),
        };
        if (history.Resumed.Count > 0) facts.Add(("resumed", Invariant($"{history.Resumed.Count} times, at step {string.Join(", ", history.Resumed.Select(r => r.Step))}")));
        page.HowThisWasMade("", facts, Indent(started.ConfigurationJson));
        return page;
    }

    private static Verdict Judge(RunHistory history)
    {
        if (history.Finished is not { } finished)
            return new Verdict(VerdictKind.Neutral, "not finished", "The log has no end: the run still goes on or was killed.");
        var text = Invariant($"{finished.Step} steps in {Duration(finished.Seconds)}.");
        return finished.Outcome switch
        {
            "completed" => new(VerdictKind.Good, "completed", text),
            "early_stopped" => new(VerdictKind.Good, "stopped early", text + " The best weights were restored."),
            "out_of_time" => new(VerdictKind.Mixed, "out of time", text),
            "cancelled" => new(VerdictKind.Mixed, "cancelled", text + " It can be resumed."),
            "failed" => new(VerdictKind.Bad, "failed", text),
            var other => new(VerdictKind.Neutral, other.Replace('_', ' '), text),
        };
    }

    private static void AddNumbers(HtmlPage page, RunHistory history)
    {
        if (history.Finished?.TestAccuracy is { } accuracy) page.KeyNumber("test accuracy", Percent(accuracy), "once, from the restored weights");
        if (history.Finished?.TestLoss is { } loss) page.KeyNumber("test loss", Number(loss));
        var judged = history.Validations.Where(v => v.Accuracy is not null).ToArray();
        if (judged.Length > 0)
        {
            var best = judged.MaxBy(v => v.Accuracy!.Value);
            page.KeyNumber("best validation accuracy", Percent(best.Accuracy!.Value), Invariant($"at step {best.Step}"));
        }

        var speeds = history.Steps.Where(s => s.SamplesPerSecond is > 0).Select(s => s.SamplesPerSecond!.Value).Order().ToArray();
        if (speeds.Length > 0) page.KeyNumber("throughput", TickLabels.Value(speeds[speeds.Length / 2], NumberStyle.Plain) + "/s", "samples, median of the steps logged");
        if (history.Steps.Count > 0)
        {
            var skipped = history.Steps.Count(s => s.Skipped);
            page.KeyNumber("steps", history.Steps[^1].Step.ToString("N0", CultureInfo.InvariantCulture), skipped > 0 ? Invariant($"{skipped} skipped") : "none skipped");
        }
    }

    private static void AddLoss(PageSection section, RunHistory history)
    {
        var series = new List<ChartSeries>();
        var losses = history.Steps.Select(s => s.Loss).ToArray();
        if (losses.Length > 0)
        {
            var steps = history.Steps.Select(s => (double)s.Step).ToArray();
            var span = losses.Length * SmoothedShare;
            if (span > 2) series.Add(new LineSeries("training, each step", steps, losses) { Color = 0, Weight = LineWeight.Faint });
            series.Add(new LineSeries(span > 2 ? "training, smoothed" : "training", steps, Smoothing.Exponential(losses, span > 2 ? span : 1)) { Color = 0 });
        }
        else if (history.Epochs.Count > 0)
        {
            series.Add(new LineSeries("training, per epoch", [.. history.Epochs.Select(e => (double)e.Step)], [.. history.Epochs.Select(e => e.Loss)]) { Color = 0, Markers = true });
        }

        if (history.Validations.Count > 0)
            series.Add(new LineSeries("validation", [.. history.Validations.Select(v => (double)v.Step)], [.. history.Validations.Select(v => v.Loss)]) { Color = 1, Markers = history.Validations.Count <= 60 });
        if (series.Count == 0) return;
        var positive = losses.Concat(history.Validations.Select(v => v.Loss)).Where(v => double.IsFinite(v) && v > 0).ToArray();
        var log = positive.Length > 0 && positive.Max() > LogScaleRatio * positive.Min();
        section.Figure(
            new Chart("Loss", Steps, new ChartAxis("loss", log ? "logarithmic" : "") { Scale = log ? AxisScale.Logarithmic : AxisScale.Linear }, series),
            losses.Any(l => !double.IsFinite(l)) ? Invariant($"{losses.Count(l => !double.IsFinite(l))} steps had a loss that is not finite; they are gaps.") : "");
    }

    private static void AddAccuracy(PageSection section, RunHistory history)
    {
        var series = new List<ChartSeries>();
        var epochs = history.Epochs.Where(e => e.Accuracy is not null).ToArray();
        if (epochs.Length > 0)
            series.Add(new LineSeries("training, per epoch", [.. epochs.Select(e => (double)e.Step)], [.. epochs.Select(e => e.Accuracy!.Value)]) { Color = 0, Markers = epochs.Length <= 60 });
        var validations = history.Validations.Where(v => v.Accuracy is not null).ToArray();
        if (validations.Length > 0)
            series.Add(new LineSeries("validation", [.. validations.Select(v => (double)v.Step)], [.. validations.Select(v => v.Accuracy!.Value)]) { Color = 1, Markers = validations.Length <= 60 });
        if (series.Count == 0) return;
        if (history.Finished?.TestAccuracy is { } test) series.Add(new RuleSeries("test, restored weights", test) { Color = 2 });
        section.Figure(new Chart("Accuracy", Steps, new ChartAxis("accuracy") { Numbers = NumberStyle.Percent }, series));
    }

    private static void AddRates(PageSection section, RunHistory history)
    {
        var charts = new List<Chart>();
        var steps = history.Steps.Select(s => (double)s.Step).ToArray();
        if (steps.Length > 0)
            charts.Add(new Chart("Learning rate", Steps, new ChartAxis("learning rate"), [new LineSeries("", steps, [.. history.Steps.Select(s => s.LearningRate)])]));
        Add("Throughput", "samples per second", s => s.SamplesPerSecond, 3, AxisScale.Linear);
        Add("Gradient norm", "norm of the whole gradient", s => s.GradientNorm, 4, AxisScale.Logarithmic);
        if (charts.Count > 0) section.Figure(new ChartGrid("", charts));

        void Add(string title, string axis, Func<StepEvent, double?> value, int color, AxisScale scale)
        {
            var measured = history.Steps.Where(s => value(s) is not null).ToArray();
            if (measured.Length == 0) return;
            var values = Array.ConvertAll(measured, s => value(s)!.Value);
            var x = Array.ConvertAll(measured, s => (double)s.Step);
            var log = scale == AxisScale.Logarithmic && values.Any(v => v > 0 && double.IsFinite(v));
            charts.Add(new Chart(title, Steps, new ChartAxis(axis) { Scale = log ? scale : AxisScale.Linear, Minimum = log ? null : 0 },
            [
                new LineSeries("", x, values) { Color = color, Weight = LineWeight.Faint },
                new LineSeries("", x, Smoothing.Exponential(values, Math.Max(1, values.Length * SmoothedShare))) { Color = color },
            ]));
        }
    }

    private static void AddWarnings(HtmlPage page, RunHistory history)
    {
        if (history.Warnings.Count == 0) return;
        page.Section("Warnings").Table(new PageTable(
            [new("step", true), new("code"), new("what"), new("evidence")],
            [.. history.Warnings.Select(w => (IReadOnlyList<string>)[w.Step.ToString(CultureInfo.InvariantCulture), w.Code, w.Text, w.Evidence ?? ""])]));
    }

    private static void AddCheckpoints(HtmlPage page, RunHistory history)
    {
        const int shown = 12;
        if (history.Checkpoints.Count == 0) return;
        var section = page.Section("Checkpoints");
        if (history.Checkpoints.Count > shown) section.Paragraph(Invariant($"{history.Checkpoints.Count} were written; the last {shown}:"));
        section.Table(new PageTable(
            [new("step", true), new("epoch", true), new("file"), new("reason"), new("size", true)],
            [.. history.Checkpoints.TakeLast(shown).Select(c => (IReadOnlyList<string>)
                [c.Step.ToString(CultureInfo.InvariantCulture), c.Epoch.ToString(CultureInfo.InvariantCulture), $"`{c.File}`", c.Reason, Bytes(c.Bytes)])]));
    }

    private static ChartAxis Steps => new("step") { Minimum = 0 };

    private static string Percent(double value) => (value * 100).ToString("0.00", CultureInfo.InvariantCulture) + "%";

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => Invariant($"{bytes} B"),
        < 1_000_000 => Invariant($"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => Invariant($"{bytes / 1e6:0.0} MB"),
        _ => Invariant($"{bytes / 1e9:0.00} GB"),
    };

    private static string Duration(double seconds) => seconds switch
    {
        < 60 => Invariant($"{seconds:0.0} s"),
        < 3600 => Invariant($"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):00} s"),
        _ => Invariant($"{Math.Floor(seconds / 3600):0} h {Math.Floor(seconds % 3600 / 60):00} min"),
    };

    private static string Indent(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true })) document.RootElement.WriteTo(writer);
            return System.Text.Encoding.UTF8.GetString(stream.ToArray());
        }
        catch (JsonException)
        {
            // A log made by hand in memory may hold anything; show it as it is.
            return json;
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
