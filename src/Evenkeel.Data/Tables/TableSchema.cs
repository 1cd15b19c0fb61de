using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Tables;

/// <summary>How rows of a table become features, and what is foretold of them: all that a network needs to answer for raw rows later.</summary>
/// <remarks>Immutable and compared by value; stored with the checkpoint. Columns are found by their names, so that rows to predict may have them in another order and others beside them.</remarks>
public sealed class TableSchema : IEquatable<TableSchema>
{
    /// <summary>Creates a schema.</summary>
    /// <param name="columns">What is learnt from, in the order of the features; levels sorted in ordinal order.</param>
    /// <param name="targetName">The column that is foretold.</param>
    /// <param name="target">Its classes, or one value.</param>
    /// <exception cref="DatasetException">EK0581: no column, or levels that are not sorted.</exception>
    public TableSchema(IReadOnlyList<TableColumn> columns, string targetName, TargetSpec target)
    {
        if (columns.Sum(static column => column.Width) == 0) throw TableErrors.BadSchema("it has no column to learn from");
        foreach (var column in columns)
        {
            for (var i = 1; i < column.Levels.Count; i++)
            {
                if (string.CompareOrdinal(column.Levels[i - 1], column.Levels[i]) >= 0) throw TableErrors.BadSchema($"the levels of column '{column.Name}' are not sorted");
            }
        }

        Columns = Array.AsReadOnly(columns.ToArray());
        (TargetName, Target) = (targetName, target);
        FeatureCount = columns.Sum(static column => column.Width);
    }

    /// <summary>What is learnt from, in the order of the features.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The column that is foretold.</summary>
    public string TargetName { get; }

    /// <summary>The classes of the target, or one value.</summary>
    public TargetSpec Target { get; }

    /// <summary>Features of a row.</summary>
    public int FeatureCount { get; }

    /// <summary>Turns all rows of a table into features; a missing number becomes NaN, which <see cref="ColumnStandardization"/> replaces.</summary>
    /// <param name="table">Has every column of the schema, in any order; others are passed over.</param>
    /// <returns><c>[RowCount, FeatureCount]</c></returns>
    /// <exception cref="DatasetException">EK0579: a column is not there.</exception>
    /// <exception cref="DataFileException">EK0577: a column of numbers has something else.</exception>
    public float[] Encode(CsvTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var rows = new int[table.RowCount];
        for (var row = 0; row < rows.Length; row++) rows[row] = row;
        return Encode(table, rows);
    }

    /// <summary>Turns one row into features.</summary>
    /// <param name="row">The cell of every column of the schema by its name, null or empty where it is missing.</param>
    /// <param name="features">Receives <c>[FeatureCount]</c>.</param>
    /// <exception cref="DatasetException">EK0579: a column is not there.</exception>
    /// <exception cref="DataFileException">EK0577: a column of numbers has something else.</exception>
    public void Encode(IReadOnlyDictionary<string, string?> row, Span<float> features)
    {
        ArgumentNullException.ThrowIfNull(row);
        var at = 0;
        foreach (var column in Columns)
        {
            if (!row.TryGetValue(column.Name, out var cell)) throw TableErrors.MissingColumn("row", column.Name, row.Keys);
            if (!column.TryEncode(cell ?? "", features.Slice(at, column.Width))) throw TableErrors.NoNumber("row", 1, column.Name, cell!);
            at += column.Width;
        }
    }

    /// <summary>The samples of a table whose target is known, fed as those that the schema was made from.</summary>
    /// <param name="table">Has every column of the schema and the target.</param>
    /// <param name="name">The dataset's name.</param>
    /// <exception cref="DatasetException">EK0579: a column is not there.</exception>
    /// <exception cref="DataFileException">EK0575: no row has a target. EK0577: a column of numbers has something else. EK0582: an unknown class.</exception>
    public TableDataset CreateDataset(CsvTable table, string name)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = Find(table, TargetName);
        var rows = Enumerable.Range(0, table.RowCount).Where(row => !TableCell.IsMissing(table[row, column])).ToArray();
        return rows.Length > 0 ? CreateDataset(table, rows, name) : throw TableErrors.TooFewRows(table.Path, 0, 1, $"rows with a value in '{TargetName}'");
    }

    /// <summary>The schema as JSON text.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) Write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="text">A JSON object.</param>
    /// <exception cref="DatasetException">EK0581: not such an object.</exception>
    public static TableSchema FromJson(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var target = root.GetProperty("target");
            return new TableSchema(
                [.. root.GetProperty("columns").EnumerateArray().Select(ReadColumn)], target.GetProperty("name").GetString() ?? "",
                target.TryGetProperty("classes", out var classes) ? TargetSpec.Classes(Texts(classes)) : TargetSpec.Values(1));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw TableErrors.BadSchema($"it could not be read ({error.Message.TrimEnd('.')})", error);
        }
    }

    /// <inheritdoc/>
    public bool Equals(TableSchema? other) => other is not null && TargetName == other.TargetName && Target == other.Target && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TableSchema);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(TargetName, Target, Columns.Count, FeatureCount);

    internal TableDataset CreateDataset(CsvTable table, int[] rows, string name)
    {
        var features = Encode(table, rows);
        var column = Find(table, TargetName);
        if (Target.Kind == TargetKind.Values) return new TableDataset(name, this, features, [], Array.ConvertAll(rows, row => Number(table, row, column)));
        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Target.ClassCount; i++) classes[Target.ClassNames[i]] = i;
        return new TableDataset(name, this, features, Array.ConvertAll(rows, row => classes.TryGetValue(table[row, column], out var label) ? label : throw TableErrors.UnknownClass(table.Path, table.Line(row), TargetName, table[row, column], Target.ClassNames)), []);
    }

    private float[] Encode(CsvTable table, int[] rows)
    {
        var features = new float[checked(rows.Length * FeatureCount)];
        var at = 0;
        foreach (var column in Columns)
        {
            var index = Find(table, column.Name);
            for (var i = 0; i < rows.Length; i++)
            {
                var cell = table[rows[i], index];
                if (!column.TryEncode(cell, features.AsSpan((i * FeatureCount) + at, column.Width))) throw TableErrors.NoNumber(table.Path, table.Line(rows[i]), column.Name, cell);
            }

            at += column.Width;
        }

        return features;
    }

    private static float Number(CsvTable table, int row, int column) =>
        TableCell.IsNumber(table[row, column], out var number) ? (float)number : throw TableErrors.NoNumber(table.Path, table.Line(row), table.Names[column], table[row, column]);

    private static int Find(CsvTable table, string name) => table.IndexOf(name) is >= 0 and var index ? index : throw TableErrors.MissingColumn(table.Path, name, table.Names);

    private static TableColumn ReadColumn(JsonElement json)
    {
        var name = json.GetProperty("name").GetString() ?? "";
        return json.GetProperty("kind").GetString() switch
        {
            "number" => new TableColumn(name, ColumnKind.Number, [], json.GetProperty("marks_missing").GetBoolean()),
            "category" => new TableColumn(name, ColumnKind.Category, Texts(json.GetProperty("levels"))),
            var kind => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"column '{name}' is of the unknown kind '{kind}'")),
        };
    }

    private static string[] Texts(JsonElement json) => [.. json.EnumerateArray().Select(static item => item.GetString() ?? throw new FormatException("a name is null"))];

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("target");
        json.WriteString("name", TargetName);
        if (Target.Kind == TargetKind.ClassIndex) Write(json, "classes", Target.ClassNames);
        json.WriteEndObject();
        json.WriteStartArray("columns");
        foreach (var column in Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("kind", column.Kind == ColumnKind.Number ? "number" : "category");
            if (column.Kind == ColumnKind.Number) json.WriteBoolean("marks_missing", column.MarksMissing);
            else Write(json, "levels", column.Levels);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
