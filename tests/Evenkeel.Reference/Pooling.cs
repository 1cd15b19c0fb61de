namespace Evenkeel.Reference;

/// <summary>Maximum and average over rectangles of each channel of images `[N, H, W, C]`.</summary>
/// <remarks>The definitions: every output looks at its window, every gradient goes back along the same way.</remarks>
public static class Pooling
{
    /// <summary>The largest input of every window and its position <c>h W + w</c>. Of equal ones the first, row by row; NaN if there is one.</summary>
    public static MaximumOutput Maximum(double[] x, PoolingWindows rows, PoolingWindows columns, int channels)
    {
        List<double> y = [];
        List<int> positions = [];
        foreach (double[] image in Images(x, rows.Size * columns.Size * channels))
            for (int row = 0; row < rows.Windows.Length; row++)
                for (int column = 0; column < columns.Windows.Length; column++)
                    for (int c = 0; c < channels; c++)
                    {
                        int best = -1;
                        foreach (int at in Inputs(rows, columns, row, column))
                        {
                            double value = image[at * channels + c];
                            if (best < 0 || double.IsNaN(value) || value > image[best * channels + c]) best = at;
                        }
                        y.Add(image[best * channels + c]);
                        positions.Add(best);
                    }
        return new MaximumOutput([.. y], [.. positions]);
    }

    /// <summary>The gradient of <c>sum(dy y)</c> by x: each dy goes to the input that was taken.</summary>
    public static double[] MaximumBackward(double[] dy, int[] positions, PoolingWindows rows, PoolingWindows columns, int channels)
    {
        int inputs = rows.Size * columns.Size * channels, outputs = rows.Windows.Length * columns.Windows.Length * channels;
        double[] dx = new double[dy.Length / outputs * inputs];
        for (int i = 0; i < dy.Length; i++) dx[i / outputs * inputs + positions[i] * channels + i % channels] += dy[i];
        return dx;
    }

    /// <summary>The sum of every window over its divisor.</summary>
    /// <param name="divisor">The divisor of a window, given its inputs and its places with padding.</param>
    public static double[] Average(double[] x, PoolingWindows rows, PoolingWindows columns, int channels, Func<int, int, double> divisor)
    {
        List<double> y = [];
        foreach (double[] image in Images(x, rows.Size * columns.Size * channels))
            for (int row = 0; row < rows.Windows.Length; row++)
                for (int column = 0; column < columns.Windows.Length; column++)
                    for (int c = 0; c < channels; c++)
                        y.Add(Inputs(rows, columns, row, column).Sum(at => image[at * channels + c]) / Divisor(rows, columns, row, column, divisor));
        return [.. y];
    }

    /// <summary>The gradient of <c>sum(dy y)</c> by x: each dy goes, divided, to every input of its window.</summary>
    public static double[] AverageBackward(double[] dy, PoolingWindows rows, PoolingWindows columns, int channels, Func<int, int, double> divisor)
    {
        int inputs = rows.Size * columns.Size * channels, outputs = rows.Windows.Length * columns.Windows.Length * channels;
        double[] dx = new double[dy.Length / outputs * inputs];
        for (int i = 0; i < dy.Length; i++)
        {
            int place = i % outputs / channels, row = place / columns.Windows.Length, column = place % columns.Windows.Length;
            foreach (int at in Inputs(rows, columns, row, column))
                dx[i / outputs * inputs + at * channels + i % channels] += dy[i] / Divisor(rows, columns, row, column, divisor);
        }
        return dx;
    }

    private static IEnumerable<double[]> Images(double[] x, int size)
    {
        Shape.Rows(x, size, nameof(x));
        return x.Chunk(size);
    }

    private static IEnumerable<int> Inputs(PoolingWindows rows, PoolingWindows columns, int row, int column) =>
        from h in rows.Inputs(row) from w in columns.Inputs(column) select h * columns.Size + w;

    private static double Divisor(PoolingWindows rows, PoolingWindows columns, int row, int column, Func<int, int, double> divisor) => divisor(
        rows.Inputs(row).Count() * columns.Inputs(column).Count(),
        (rows.Windows[row].End - rows.Windows[row].Start) * (columns.Windows[column].End - columns.Windows[column].Start));
}

/// <summary>What <see cref="Pooling.Maximum"/> gives: y `[N, OH, OW, C]` and the positions of the inputs that were taken.</summary>
public sealed record MaximumOutput(double[] Y, int[] Positions);
