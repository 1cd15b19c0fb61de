using System.Globalization;
using System.Text;

namespace Evenkeel.Data.Tables;

/// <summary>A table of cells as text, with named columns, read from comma-separated values (RFC 4180).</summary>
/// <remarks>Immutable. What separates the cells (comma, semicolon, tabulator or bar) is seen from the first line, which names the columns. Text is UTF-8, or UTF-16 where a byte-order mark says so. Behind semicolons a column of numbers may have commas for the decimals; its cells then have points.</remarks>
public sealed class CsvTable
{
    private readonly List<string>[] _cells;
    private readonly List<int> _lines;
    private readonly Dictionary<string, int> _columns;

    private CsvTable(string path, string[] names, List<string>[] cells, List<int> lines)
    {
        (Path, Names, _cells, _lines) = (path, Array.AsReadOnly(names), cells, lines);
        _columns = new(StringComparer.Ordinal);
        for (var column = 0; column < names.Length; column++)
        {
            if (!_columns.TryAdd(names[column], column)) throw TableErrors.Header(path, $"two columns are called '{names[column]}'");
        }
    }

    /// <summary>The file, or what the text was called.</summary>
    public string Path { get; }

    /// <summary>The names of the columns; one without a name is called by its number, <c>column 3</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Rows below the header.</summary>
    public int RowCount => _lines.Count;

    /// <summary>One cell.</summary>
    /// <param name="row">0..RowCount-1.</param>
    /// <param name="column">0..Names.Count-1.</param>
    public string this[int row, int column] => _cells[column][row];

    /// <summary>The line of the file where a row begins, from 1.</summary>
    /// <param name="row">0..RowCount-1.</param>
    public int Line(int row) => _lines[row];

    /// <summary>The number of the column called <paramref name="name"/>, -1 where there is none.</summary>
    public int IndexOf(string name) => _columns.GetValueOrDefault(name, -1);

    /// <summary>Whether a name on the command line is meant as a table: it ends with <c>.csv</c>, <c>.tsv</c> or <c>.txt</c> and is no folder.</summary>
    /// <param name="path">A file; it need not exist.</param>
    public static bool IsTable(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".tsv" or ".txt" && !Directory.Exists(path);

    /// <summary>Reads a file.</summary>
    /// <param name="path">A text of comma-separated values.</param>
    /// <param name="separator">What separates cells; null (default) to see from the first line.</param>
    /// <exception cref="DataFileException">EK0320: it cannot be read. EK0570..EK0574: no text, wrong quotes, a line of another length, no header, too large.</exception>
    public static CsvTable Read(string path, char? separator = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return Parse(reader, path, separator);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException and not DecoderFallbackException)
        {
            throw FileErrors.Unreadable(path, error);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">Comma-separated values.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="separator">What separates cells; null (default) to see from the first line.</param>
    /// <exception cref="DataFileException">EK0570..EK0574: see <see cref="Read"/>.</exception>
    public static CsvTable Parse(TextReader text, string name, char? separator = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new CsvReader(text, name, separator);
        var record = new List<string>();
        if (!reader.Read(record)) throw TableErrors.Header(name, "the file is empty");
        var names = new string[record.Count];
        for (var i = 0; i < names.Length; i++) names[i] = record[i].Length > 0 ? record[i] : string.Create(CultureInfo.InvariantCulture, $"column {i + 1}");
        if (record.TrueForAll(static cell => TableCell.IsNumber(cell, out _))) throw TableErrors.Header(name, $"has only numbers ({string.Join(", ", record.Take(3))}), so it seems to be a row and no header");
        var cells = Array.ConvertAll(names, static _ => new List<string>());
        var lines = new List<int>();
        while (reader.Read(record))
        {
            if (record.Count != names.Length) throw TableErrors.Ragged(name, reader.Line, record.Count, names.Length);
            for (var i = 0; i < names.Length; i++) cells[i].Add(record[i]);
            lines.Add(reader.Line);
        }

        // Where commas separate nothing they are decimal ones.
        if (reader.Separator == ';') Array.ForEach(cells, DecimalCommas.Replace);
        return new CsvTable(name, names, cells, lines);
    }
}
