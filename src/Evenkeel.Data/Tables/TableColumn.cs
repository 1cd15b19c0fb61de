namespace Evenkeel.Data.Tables;

/// <summary>What a column of a table holds.</summary>
public enum ColumnKind
{
    /// <summary>Finite numbers: one feature, and one more that says where they are missing if the training rows have such cells.</summary>
    Number,

    /// <summary>Names or codes: one feature per level, 1 for the level of the row and 0 for the others; a missing or unknown level gives zeros alone.</summary>
    Category,
}

/// <summary>A column that a network learns from.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Kind">Number or category.</param>
/// <param name="Levels">The levels of a category, sorted; empty for numbers.</param>
/// <param name="MarksMissing">Whether a number's missing cells have a feature of their own.</param>
public sealed record TableColumn(string Name, ColumnKind Kind, IReadOnlyList<string> Levels, bool MarksMissing = false)
{
    /// <summary>How many features the column gives.</summary>
    public int Width => Kind == ColumnKind.Category ? Levels.Count : MarksMissing ? 2 : 1;

    /// <summary>Equal name, kind, levels and mark.</summary>
    /// <param name="other">The other column.</param>
    public bool Equals(TableColumn? other) => other is not null && Name == other.Name && Kind == other.Kind && MarksMissing == other.MarksMissing && Levels.SequenceEqual(other.Levels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, MarksMissing, Levels.Count);

    /// <summary>Writes the features of one cell.</summary>
    /// <returns>False where a number was wanted and something else stands there.</returns>
    internal bool TryEncode(string cell, Span<float> features)
    {
        features.Clear();
        var isMissing = TableCell.IsMissing(cell);
        if (Kind == ColumnKind.Category)
        {
            if (!isMissing && IndexOf(cell) is >= 0 and var level) features[level] = 1;
            return true;
        }

        var number = double.NaN;
        if (!isMissing && !TableCell.IsNumber(cell, out number)) return false;
        features[0] = isMissing ? float.NaN : (float)number;
        if (MarksMissing && isMissing) features[1] = 1;
        return true;
    }

    private int IndexOf(string cell)
    {
        for (int low = 0, high = Levels.Count - 1; low <= high;)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(cell, Levels[middle]);
            if (order == 0) return middle;
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }

        return -1;
    }
}
