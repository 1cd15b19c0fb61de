using System.Globalization;

namespace Evenkeel.Data.Tables;

/// <summary>What the text of a cell means.</summary>
internal static class TableCell
{
    /// <summary>Whether nothing stands there: an empty cell, <c>NA</c>, <c>N/A</c>, <c>NaN</c>, <c>null</c> or <c>?</c>, in either case.</summary>
    public static bool IsMissing(string cell) => cell.Length == 0 || cell is "?" || (cell.Length <= 4 && cell.ToLowerInvariant() is "na" or "n/a" or "nan" or "null");

    /// <summary>Whether a finite number of float range stands there, with a point for the decimals.</summary>
    public static bool IsNumber(string cell, out double number) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && Math.Abs(number) <= float.MaxValue;
}
