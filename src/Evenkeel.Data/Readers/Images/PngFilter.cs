namespace Evenkeel.Data.Readers.Images;

/// <summary>Takes the filter off a row of a PNG image (ISO/IEC 15948, clause 9).</summary>
internal static class PngFilter
{
    /// <param name="filter">0 none, 1 sub, 2 up, 3 average, 4 Paeth.</param>
    /// <param name="row">Changed in place.</param>
    /// <param name="above">The row before it without its filter; zeros before the first.</param>
    /// <param name="step">Bytes from a sample to that of the pixel before it.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        for (var i = 0; filter != 0 && i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0, up = above[i], corner = i >= step ? above[i - step] : 0;
            row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
        }
    }

    /// <summary>The neighbour nearest to left + up - corner; of equals the one named first.</summary>
    private static int Paeth(int left, int up, int corner)
    {
        var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
