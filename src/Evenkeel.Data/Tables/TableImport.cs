using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Tables;

/// <summary>A column that nothing is learnt from.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Reason">Why.</param>
public readonly record struct LeftOutColumn(string Name, string Reason);

/// <summary>A table made into samples: what was inferred, and the parts to train and to test on.</summary>
/// <remarks>Levels, marks of missing cells and left-out columns are decided by the training rows alone; whether a column has numbers or text, and the classes of the target, by all rows.</remarks>
public sealed class TableImport
{
    /// <summary>The most values of a target of whole numbers that count as classes by themselves.</summary>
    public const int MostNumberClasses = 10;

    private const int LeastRows = 10;
    private const int MostClasses = 1000;
    private const int FewLevels = 20;

    private TableImport(DatasetParts parts, TableSchema schema, IReadOnlyList<LeftOutColumn> leftOut, int rowsWithoutTarget) =>
        (Parts, Schema, LeftOut, RowsWithoutTarget) = (parts, schema, leftOut, rowsWithoutTarget);

    /// <summary>The rows to train and to test on, as <see cref="TableDataset"/>s.</summary>
    public DatasetParts Parts { get; }

    /// <summary>How rows become features.</summary>
    public TableSchema Schema { get; }

    /// <summary>The columns that nothing is learnt from, with the reasons.</summary>
    public IReadOnlyList<LeftOutColumn> LeftOut { get; }

    /// <summary>Rows that are used for nothing because their target is missing.</summary>
    public int RowsWithoutTarget { get; }

    /// <summary>Reads a file and infers the kinds of its columns and what is to be foretold.</summary>
    /// <param name="path">A text of comma-separated values with a header.</param>
    /// <param name="options">The target, at least.</param>
    /// <exception cref="DataFileException">EK0320, EK0570..EK0575, EK0577: the file cannot be read, is damaged, has too few rows or no numbers where they were asked for.</exception>
    /// <exception cref="DatasetException">EK0576: a named column is not there. EK0578: the target cannot be one. EK0580: no column is left to learn from.</exception>
    public static TableImport Load(string path, TableOptions options) => From(CsvTable.Read(path), options);

    /// <summary>Infers the kinds of a table's columns and what is to be foretold.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The target, at least.</param>
    /// <exception cref="DataFileException">EK0575, EK0577: see <see cref="Load"/>.</exception>
    /// <exception cref="DatasetException">EK0576, EK0578, EK0580: see <see cref="Load"/>.</exception>
    public static TableImport From(CsvTable table, TableOptions options)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostLevels, 1);
        if (options.TestShare is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(options), options.TestShare, "The test share is above 0 and below 1.");
        var target = Find(table, options.Target, "to foretell");
        var categories = options.Categories.Select(name => Find(table, name, "to take as a category")).ToHashSet();
        var ignored = options.Ignored.Select(name => Find(table, name, "to leave out")).ToHashSet();

        var rows = Enumerable.Range(0, table.RowCount).Where(row => !TableCell.IsMissing(table[row, target])).ToArray();
        if (rows.Length < LeastRows) throw TableErrors.TooFewRows(table.Path, rows.Length, LeastRows, $"rows with a value in '{options.Target}'");
        var spec = TargetOf(table, rows, target, options.Task);
        var (training, test) = Split(table, rows, target, spec, options);

        var columns = new List<TableColumn>();
        var leftOut = new List<LeftOutColumn>();
        for (var column = 0; column < table.Names.Count; column++)
        {
            if (column == target) continue;
            var name = table.Names[column];
            if (ignored.Contains(column)) leftOut.Add(new LeftOutColumn(name, "as asked"));
            else
            {
                var text = categories.Contains(column) ? null : rows.Select(row => table[row, column]).FirstOrDefault(static cell => !TableCell.IsMissing(cell) && !TableCell.IsNumber(cell, out _));
                var isNumber = text is null && !categories.Contains(column);
                if (ReasonToLeaveOut(table, rows, training, column, text, isNumber) is { } reason) leftOut.Add(new LeftOutColumn(name, reason));
                else columns.Add(Infer(table, training, column, isNumber, options.MostLevels));
            }
        }

        if (columns.Count == 0) throw TableErrors.NothingToLearnFrom(table.Path, leftOut.Count == 0 ? "the target is the only one" : string.Join(", ", leftOut.Select(static item => $"{item.Name} ({item.Reason})")));
        var schema = new TableSchema(columns, options.Target, spec);
        var title = Path.GetFileNameWithoutExtension(table.Path);
        var parts = new DatasetParts(title, schema.CreateDataset(table, training, title), schema.CreateDataset(table, test, title), table.Path);
        return new TableImport(parts, schema, leftOut, table.RowCount - rows.Length);
    }

    private static int Find(CsvTable table, string name, string role) => table.IndexOf(name) is >= 0 and var index ? index : throw TableErrors.UnknownColumn(table.Path, role, name, table.Names);

    private static TargetSpec TargetOf(CsvTable table, int[] rows, int column, TableTask task)
    {
        var values = rows.Select(row => table[row, column]).Distinct(StringComparer.Ordinal).ToArray();
        var name = table.Names[column];
        if (values.Length == 1) throw TableErrors.UnfitTarget(table.Path, name, $"has one value alone ('{values[0]}')", "Name a column that differs from row to row.");
        var numbers = Array.TrueForAll(values, static value => TableCell.IsNumber(value, out _));
        var isWhole = numbers && Array.TrueForAll(values, static value => TableCell.IsNumber(value, out var number) && number == Math.Floor(number));
        if (task == TableTask.Auto) task = numbers && !(isWhole && values.Length <= MostNumberClasses) ? TableTask.Regress : TableTask.Classify;
        if (task == TableTask.Regress) return TargetSpec.Values(1);
        if (values.Length > MostClasses || values.Length * 2 > rows.Length)
            throw TableErrors.UnfitTarget(table.Path, name, TableErrors.Text($"has {values.Length} values in {rows.Length} rows"), TableErrors.Text($"Classes need two rows each on average and are {MostClasses} at most; numbers are foretold with --task regress."));
        return TargetSpec.Classes(isWhole ? [.. values.OrderBy(static value => TableCell.IsNumber(value, out var number) ? number : 0).ThenBy(static value => value, StringComparer.Ordinal)] : [.. values.Order(StringComparer.Ordinal)]);
    }

    private static (int[] Training, int[] Test) Split(CsvTable table, int[] rows, int target, TargetSpec spec, TableOptions options)
    {
        var order = rows.ToArray();
        Permutation.Shuffle(new RandomStream(options.Seed, "table-test"), 0, order);
        var count = Math.Clamp((int)Math.Round(rows.Length * options.TestShare), 1, rows.Length - 2);
        if (spec.Kind == TargetKind.ClassIndex)
        {
            var classes = Enumerable.Range(0, spec.ClassCount).ToDictionary(i => spec.ClassNames[i], static i => i, StringComparer.Ordinal);
            Stratification.Arrange(order, row => classes[table[row, target]], spec.ClassCount, count);
        }

        int[] test = order[..count], training = order[count..];
        Array.Sort(test);
        Array.Sort(training);
        return (training, test);
    }

    private static string? ReasonToLeaveOut(CsvTable table, int[] rows, int[] training, int column, string? text, bool isNumber)
    {
        var cells = training.Select(row => table[row, column]).Where(static cell => !TableCell.IsMissing(cell)).ToArray();
        if (cells.Length == 0) return "empty";
        var distinct = cells.Distinct(StringComparer.Ordinal).Count();
        if (distinct == 1 && cells.Length == training.Length) return "one value alone";
        if (text is not null && distinct > FewLevels)
        {
            var others = rows.Select(row => table[row, column]).Count(static cell => !TableCell.IsMissing(cell) && !TableCell.IsNumber(cell, out _));
            if (others * 10 < rows.Length) return TableErrors.Text($"numbers but for {others} of {rows.Length} cells, such as '{Cut(text)}': correct those, or leave them empty");
        }

        if (text is not null && distinct > FewLevels && distinct * 2 > cells.Length) return $"text that nearly always differs, such as '{Cut(text)}'";
        return isNumber && CountsRows(table, column) ? "it counts the rows" : null;
    }

    private static string Cut(string text) => text.Length > FewLevels ? $"{text[..FewLevels]}..." : text;

    private static bool CountsRows(CsvTable table, int column)
    {
        for (var row = 1; row < table.RowCount; row++)
        {
            if (!TableCell.IsNumber(table[row - 1, column], out var before) || !TableCell.IsNumber(table[row, column], out var now) || now != before + 1) return false;
        }

        return true;
    }

    private static TableColumn Infer(CsvTable table, int[] rows, int column, bool isNumber, int mostLevels)
    {
        var cells = rows.Select(row => table[row, column]).ToArray();
        if (isNumber) return new TableColumn(table.Names[column], ColumnKind.Number, [], Array.Exists(cells, TableCell.IsMissing));
        var levels = cells.Where(static cell => !TableCell.IsMissing(cell)).GroupBy(static cell => cell, StringComparer.Ordinal)
            .OrderByDescending(static group => group.Count()).ThenBy(static group => group.Key, StringComparer.Ordinal).Take(mostLevels).Select(static group => group.Key);
        return new TableColumn(table.Names[column], ColumnKind.Category, [.. levels.Order(StringComparer.Ordinal)]);
    }
}
