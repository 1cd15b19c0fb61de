using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Inspection;
using Spectre.Console;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel data</c>: what a dataset holds.</summary>
internal static class DataCommand
{
    private const int ShownExamples = 5;

    public static Command Create(Terminal terminal)
    {
        var dataset = new Argument<string>("dataset") { Description = $"A name [{string.Join('|', DatasetTable.Names)}] or a folder with four IDX files or with images in a subfolder per class." };
        var (data, size) = (Shared.Data(), Shared.ImageSize());
        var sheet = Options.Text("--sheet", "Where the sheet of samples goes, as PNG; default <dataset>-samples.png in the current folder, 'none' for none.", "FILE");
        var json = Shared.Json();
        var command = new Verb("data", "Report on a dataset: counts, class balance, duplicates, overlap of its parts, label range, pixel moments, a sheet of samples.",
            "data mnist", "data flowers --image-size 64 --sheet flowers.png --json")
        { dataset, data, size, sheet, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var listening = terminal.Interruption?.Listen(source, static () => { });
            var parts = await Shared.LoadAsync(parsed.GetRequiredValue(dataset), parsed.GetValue(data), terminal, source.Token, Shared.Images(parsed.GetValue(size))).ConfigureAwait(false);
            await terminal.Error.WriteLineAsync($"reading {Words.Count(parts.Training.Count + parts.Test.Count)} samples of {parts.Name}").ConfigureAwait(false);
            var report = DatasetReport.Of(parts, cancellation: source.Token);
            var file = WriteSheet(parts, parsed.GetValue(sheet));
            if (!parsed.GetValue(json)) Print(terminal, report, file);
            else
            {
                JsonLine.Write(terminal.Output, writer =>
                {
                    writer.WriteString("command", "data");
                    writer.WriteString("dataset", report.Name);
                    writer.WritePropertyName("report");
                    report.Write(writer);
                    writer.WriteString("sheet", file);
                });
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string? WriteSheet(DatasetParts parts, string? path)
    {
        if (path == "none" || (path is null && !SampleSheet.CanShow(parts.Training.Shape))) return null;
        path = Path.GetFullPath(path ?? $"{parts.Name}-samples.png");
        try
        {
            using var file = File.Create(path);
            SampleSheet.WritePng(parts.Training, file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CliErrors.CannotWrite(path, error);
        }

        return path;
    }

    private static void Print(Terminal terminal, DatasetReport report, string? sheet)
    {
        var tables = terminal.Tables();
        terminal.Output.WriteLine($"{report.Name}: samples of {report.Shape}, {report.Target}, from {report.Source}");
        var facts = new Table { Border = TableBorder.Simple }.AddColumn("").AddColumn(new TableColumn("training").RightAligned()).AddColumn(new TableColumn("test").RightAligned());
        void Row(string name, Func<PartReport, string> value) => facts.AddRow(name, value(report.Training), value(report.Test));
        Row("samples", static part => Words.Count(part.Count));
        if (report.Training.SmallestLabel is not null) Row("labels", static part => Words.Invariant($"{part.SmallestLabel}..{part.LargestLabel}"));
        Row("feature mean", static part => Words.Number(part.Features.Mean));
        Row("feature deviation", static part => Words.Number(part.Features.Deviation));
        Row("feature range", static part => $"{Words.Number(part.Features.Minimum)}..{Words.Number(part.Features.Maximum)}");
        Row("not finite", static part => Words.Count(part.NonFinite));
        Row("constant features", static part => Words.Count(part.ConstantFeatures));
        Row("duplicates", static part => Words.Count(part.Duplicates));
        Row("  with another label", static part => Words.Count(part.ConflictingDuplicates));
        tables.Write(facts);
        if (report.Training.ClassCounts.Count > 0)
        {
            var classes = new Table { Border = TableBorder.Simple }.AddColumn("class").AddColumn(new TableColumn("training").RightAligned()).AddColumn(new TableColumn("test").RightAligned());
            for (var i = 0; i < report.Training.ClassCounts.Count; i++)
                classes.AddRow(Markup.Escape(report.Target.ClassNames[i]), Share(report.Training, i), Share(report.Test, i));
            tables.Write(classes);
        }

        terminal.Output.WriteLine($"test samples that are training samples too: {Words.Count(report.Overlap)}");
        foreach (var (index, original) in report.OverlapExamples.Take(ShownExamples)) terminal.Output.WriteLine(Words.Invariant($"  test {index} = training {original}"));
        if (sheet is not null) terminal.Output.WriteLine($"sheet of samples: {sheet}");
    }

    private static string Share(PartReport part, int label) => Words.Invariant($"{Words.Count(part.ClassCounts[label])} ({Words.Percent((double)part.ClassCounts[label] / part.Count)})");
}
