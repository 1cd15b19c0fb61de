using System.Globalization;

namespace Evenkeel.Data.Tables;

/// <summary>Numbers with a comma for the decimals, as they stand in files whose cells are separated by semicolons.</summary>
internal static class DecimalCommas
{
    /// <summary>Gives the numbers of a column points for their commas, where all of its cells that are not missing are whole numbers or numbers with one comma and no point, and one has a comma.</summary>
    public static void Replace(List<string> cells)
    {
        var has = false;
        foreach (var cell in cells)
        {
            if (TableCell.IsMissing(cell)) continue;
            if (cell.Contains('.', StringComparison.Ordinal) || !TableCell.IsNumber(WithPoint(cell), out _)) return;
            has |= cell.Contains(',', StringComparison.Ordinal);
        }

        for (var i = 0; has && i < cells.Count; i++) cells[i] = WithPoint(cells[i]);
    }

    /// <summary>The cell itself where it has no comma, or one too many.</summary>
    private static string WithPoint(string cell)
    {
        var at = cell.IndexOf(',', StringComparison.Ordinal);
        return at < 0 || cell.IndexOf(',', at + 1) >= 0 ? cell : string.Create(CultureInfo.InvariantCulture, $"{cell.AsSpan(0, at)}.{cell.AsSpan(at + 1)}");
    }
}
