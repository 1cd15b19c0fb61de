namespace Evenkeel.Records;

/// <summary>Edit distance of two names, for "did you mean".</summary>
internal static class NameDistance
{
    private const int Longest = 128;

    public static int Between(string left, string right)
    {
        // Names from a hostile file may be megabytes long; beyond the limit only the beginning counts.
        var a = left.AsSpan(0, Math.Min(left.Length, Longest));
        var b = right.AsSpan(0, Math.Min(right.Length, Longest));
        Span<int> row = stackalloc int[Longest + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
