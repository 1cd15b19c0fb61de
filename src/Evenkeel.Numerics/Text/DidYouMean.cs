namespace Evenkeel.Numerics.Text;

/// <summary>Finds the name that somebody probably meant, for the messages about unknown names of every room.</summary>
public static class DidYouMean
{
    private const int MostListed = 16;

    // A name from a damaged file may have megabytes.
    private const int MostCompared = 128;

    /// <summary>The known name nearest to <paramref name="given"/>, or null where none is near.</summary>
    /// <param name="given">What was written.</param>
    /// <param name="known">What could have been written.</param>
    /// <returns>The name with the fewest insertions, deletions, replacements and swaps of neighbours, upper and lower case alike; at most a third of its letters may differ, and one always may. Of equals the first in ordinal order.</returns>
    public static string? Nearest(string given, IEnumerable<string> known)
    {
        string? nearest = null;
        var best = int.MaxValue;
        foreach (var name in known.Order(StringComparer.Ordinal))
        {
            var distance = Distance(given, name);
            if (distance > Math.Max(1, Math.Max(given.Length, name.Length) / 3) || distance >= best || distance >= name.Length) continue;
            (nearest, best) = (name, distance);
        }

        return nearest;
    }

    /// <summary>The remedy of a message: <c>Did you mean 'relu'? Known: identity, relu, sigmoid, tanh.</c>, without the question where no name is near.</summary>
    /// <param name="given">What was written.</param>
    /// <param name="known">What could have been written; listed in ordinal order, more than 16 names only where no name is near.</param>
    public static string Remedy(string given, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToArray();
        var list = names.Length == 0 ? "There are none." : $"Known: {string.Join(", ", names)}.";
        return Nearest(given, names) is not { } nearest ? list : names.Length > MostListed ? $"Did you mean '{nearest}'?" : $"Did you mean '{nearest}'? {list}";
    }

    /// <summary>How many insertions, deletions, replacements and swaps of neighbours lead from one text to the other, case ignored (optimal string alignment); of texts longer than 128 letters the beginnings are compared.</summary>
    public static int Distance(string left, string right)
    {
        if (left.Length > MostCompared) left = left[..MostCompared];
        if (right.Length > MostCompared) right = right[..MostCompared];
        var (beforeLast, last, row) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++) last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = last[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1])) row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
