using Evenkeel.Cli.Commands;
using Evenkeel.Cli.Output;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;

namespace Evenkeel.Cli.Training;

/// <summary>What a run learns from: the parts of a dataset, and what was inferred where it is a table.</summary>
/// <param name="Settings">The settings, with what depends on the data filled in.</param>
/// <param name="Parts">The parts to train and to test on.</param>
/// <param name="Import">What was inferred of a table; null where the data are none.</param>
internal sealed record TrainingData(TrainSettings Settings, DatasetParts Parts, TableImport? Import);

/// <summary>Tables on the command line.</summary>
internal static class Tables
{
    private const int MostNames = 12;

    private static readonly Dictionary<string, TableTask> Tasks = new(StringComparer.Ordinal) { ["classify"] = TableTask.Classify, ["regress"] = TableTask.Regress };

    public static IEnumerable<string> TaskNames => Tasks.Keys;

    /// <summary>Whether a dataset's name is a table's file.</summary>
    public static bool Is(string dataset) => CsvTable.IsTable(dataset);

    /// <summary>Loads the data of a run.</summary>
    public static async Task<TrainingData> LoadAsync(string verb, TrainSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        if (!Is(settings.Dataset))
        {
            if (settings.Target is not null) throw CliErrors.Contradiction(verb, "--target", settings.Dataset, "A target is a column of a CSV file: name the file, or leave the target out.");
            return new TrainingData(settings, await Shared.LoadAsync(settings.Dataset, settings.Data, terminal, cancellation, Shared.Images(settings.ImageSize)).ConfigureAwait(false), null);
        }

        var table = CsvTable.Read(settings.Dataset);
        if (settings.Target is not { } target) throw CliErrors.NoTarget(verb, settings.Dataset, table.Names);
        var import = TableImport.From(table, new TableOptions
        {
            Target = target,
            Task = settings.Task is { } task ? Tasks[task] : TableTask.Auto,
            Categories = settings.Categories,
            Ignored = settings.Ignored,
            Seed = settings.Seed,
        });
        // The file must be found again when the run is resumed from elsewhere.
        settings = settings with
        {
            Dataset = Path.GetFullPath(settings.Dataset),
            Epochs = settings.Epochs > 0 ? settings.Epochs : Defaults.TableEpochs(import.Parts.Training.Count, settings.BatchSize),
        };
        return new TrainingData(settings, import.Parts, import);
    }

    /// <summary>Says what was inferred.</summary>
    public static void Describe(TextWriter log, TableImport import)
    {
        var schema = import.Schema;
        var target = schema.Target.Kind == TargetKind.Values ? "a number (regression)" : $"{schema.Target} ({Some(schema.Target.ClassNames)})";
        log.WriteLine($"target '{schema.TargetName}': {target}{(import.RowsWithoutTarget > 0 ? $"; {Words.Count(import.RowsWithoutTarget)} rows without it are left out" : "")}");
        var numbers = schema.Columns.Where(static column => column.Kind == ColumnKind.Number).Select(static column => column.MarksMissing ? $"{column.Name} (some missing)" : column.Name).ToArray();
        if (numbers.Length > 0) log.WriteLine($"numbers: {Some(numbers)}");
        var categories = schema.Columns.Where(static column => column.Kind == ColumnKind.Category).Select(static column => Words.Invariant($"{column.Name} ({column.Levels.Count} levels)")).ToArray();
        if (categories.Length > 0) log.WriteLine($"categories: {Some(categories)}");
        if (import.LeftOut.Count > 0) log.WriteLine($"left out: {Some([.. import.LeftOut.Select(static column => $"{column.Name} ({column.Reason})")])}");
    }

    private static string Some(IReadOnlyList<string> names) => names.Count <= MostNames ? string.Join(", ", names) : Words.Invariant($"{string.Join(", ", names.Take(MostNames))} and {names.Count - MostNames} more");
}
