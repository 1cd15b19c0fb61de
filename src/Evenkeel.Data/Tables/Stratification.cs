namespace Evenkeel.Data.Tables;

/// <summary>Chooses rows so that every class has its share of them.</summary>
internal static class Stratification
{
    /// <summary>Brings rows that are to be held out to the front: as many of each class as its share, the rest to the largest remainders; a class gives up its last row only where nothing else is left.</summary>
    /// <param name="order">All rows, shuffled; among those of a class the first are chosen, and each part keeps its order.</param>
    /// <param name="label">The class of a row.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="count">How many rows come to the front, 0 to as many as there are.</param>
    public static void Arrange(int[] order, Func<int, int> label, int classes, int count)
    {
        var sizes = new int[classes];
        foreach (var row in order) sizes[label(row)]++;
        var quotas = new int[classes];
        var left = count;
        for (var i = 0; i < classes; i++) left -= quotas[i] = Math.Min((int)((long)count * sizes[i] / order.Length), Math.Max(0, sizes[i] - 1));
        foreach (var spared in (ReadOnlySpan<int>)[1, 0])
        {
            // The largest remainder first, then the larger class.
            var byRemainder = Enumerable.Range(0, classes).OrderByDescending(i => (long)count * sizes[i] % order.Length).ThenByDescending(i => sizes[i]).ToArray();
            for (var moved = true; left > 0 && moved;)
            {
                moved = false;
                foreach (var i in byRemainder)
                {
                    if (left == 0 || quotas[i] >= sizes[i] - spared) continue;
                    quotas[i]++;
                    left--;
                    moved = true;
                }
            }
        }

        var (chosen, others) = (new List<int>(count), new List<int>(order.Length - count));
        foreach (var row in order) (quotas[label(row)]-- > 0 ? chosen : others).Add(row);
        chosen.CopyTo(order);
        others.CopyTo(order, chosen.Count);
    }
}
