using System.Globalization;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Data.Tables;

/// <summary>The one place where the errors about tables are worded.</summary>
internal static class TableErrors
{
    private const int LongestQuotation = 40;

    public static DataFileException NotText(string path, int line, string problem, Exception? inner = null) => new("EK0570", path,
        Text($"['{path}' line {line}] {problem}; a text in UTF-8 is expected. Save the table as CSV in UTF-8."), inner);

    public static DataFileException Quotes(string path, int line, string problem) => new("EK0571", path,
        Text($"['{path}' line {line}] {problem}. A cell with separators, quotes or line ends stands between quotes, and a quote inside is written twice (RFC 4180)."));

    public static DataFileException Ragged(string path, int line, int came, int expected) => new("EK0572", path,
        Text($"['{path}' line {line}] has {came} cells, but the header names {expected} columns. Give every line as many cells; a cell with a separator stands between quotes."));

    public static DataFileException Header(string path, string problem) => new("EK0573", path,
        $"['{path}' line 1] {problem}. The first line of a table names its columns, each once.");

    public static DataFileException TooLarge(string path, int line, string came, string most) => new("EK0574", path,
        Text($"['{path}' line {line}] has {came}, but {most} are the most. A quote that is never closed swallows what follows it; otherwise split the table."));

    public static DataFileException TooFewRows(string path, int came, int least, string what) => new("EK0575", path,
        Text($"['{path}'] has {came} {what}, but {least} are the least. Give more rows."));

    public static DatasetException UnknownColumn(string path, string role, string came, IEnumerable<string> known) => new("EK0576",
        $"['{path}'] there is no column '{Shorten(came)}' {role}. {DidYouMean.Remedy(came, known)}");

    public static DataFileException NoNumber(string path, int line, string column, string came) => new("EK0577", path,
        Text($"['{path}' line {line}] column '{column}' has '{Shorten(came)}', but a finite number with a point for the decimals is expected, or nothing where it is missing. Correct the cell; columns of names become categories with --category."));

    public static DatasetException UnfitTarget(string path, string column, string problem, string remedy) => new("EK0578",
        $"['{path}' column '{column}'] as a target it {problem}. {remedy}");

    public static DatasetException MissingColumn(string source, string column, IEnumerable<string> known) => new("EK0579",
        $"['{source}'] has no column '{column}', which the network was trained with. {DidYouMean.Remedy(column, known)}");

    public static DatasetException NothingToLearnFrom(string path, string leftOut) => new("EK0580",
        $"['{path}'] no column is left to learn from: {leftOut}. Name columns of names or codes with --category.");

    public static DatasetException BadSchema(string problem, Exception? inner = null) => new("EK0581",
        $"[table schema] {problem}. The checkpoint is damaged or foreign.", inner: inner);

    public static DataFileException UnknownClass(string path, int line, string column, string came, IEnumerable<string> known) => new("EK0582", path,
        Text($"['{path}' line {line}] column '{column}' has the class '{Shorten(came)}', which the network was not trained with. {DidYouMean.Remedy(came, known)}"));

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Shorten(string cell) => string.Concat(cell.Take(LongestQuotation).Select(static letter => char.IsControl(letter) ? '?' : letter)) + (cell.Length > LongestQuotation ? "..." : "");
}
