namespace Evenkeel.Training.Search.Tuning;

/// <summary>A density over [0, 1]: a mixture of cut-off logistic kernels and a uniform one, or steps of equal width.</summary>
internal sealed class ParzenDensity
{
    private readonly double[] _centres;
    private readonly double[] _widths;
    private readonly double[] _steps;

    private ParzenDensity(double[] centres, double[] widths, double[] steps) => (_centres, _widths, _steps) = (centres, widths, steps);

    /// <summary>A kernel per point, as wide as the larger distance to a neighbour, half the range where there is none, and not below <paramref name="narrowest"/>.</summary>
    public static ParzenDensity OfPoints(double[] points, double narrowest)
    {
        var sorted = points.Order().ToArray();
        var widths = new double[sorted.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            var distance = sorted.Length == 1 ? 0.5 : Math.Max(i == 0 ? 0 : sorted[i] - sorted[i - 1], i == sorted.Length - 1 ? 0 : sorted[i + 1] - sorted[i]);
            // The scale of a logistic distribution whose deviation is that distance.
            widths[i] = Math.Clamp(distance, narrowest, 1) * Math.Sqrt(3) / Math.PI;
        }

        return new ParzenDensity(sorted, widths, []);
    }

    /// <summary>One step per choice, as high as its count.</summary>
    public static ParzenDensity OfChoices(double[] counts) => new([], [], Array.ConvertAll(counts, count => count / counts.Sum()));

    /// <summary>A point of the distribution.</summary>
    /// <param name="which">Uniform over [0, 1): chooses the kernel.</param>
    /// <param name="where">Uniform over [0, 1): chooses the place in it.</param>
    public double Draw(double which, double where)
    {
        if (_steps.Length > 0)
        {
            var step = 0;
            while (step < _steps.Length - 1 && which >= _steps[step]) which -= _steps[step++];
            return (step + where) / _steps.Length;
        }

        var kernel = (int)(which * (_centres.Length + 1));
        if (kernel == _centres.Length) return where;
        var (low, high) = (Below(kernel, 0), Below(kernel, 1));
        var share = low + (where * (high - low));
        return Math.Clamp(_centres[kernel] + (_widths[kernel] * Math.Log(share / (1 - share))), 0, 1);
    }

    /// <summary>The logarithm of the density at a point.</summary>
    public double LogDensity(double unit)
    {
        if (_steps.Length > 0) return Math.Log(_steps[Math.Min(_steps.Length - 1, (int)(unit * _steps.Length))] * _steps.Length);
        var sum = 1.0;
        for (var kernel = 0; kernel < _centres.Length; kernel++)
        {
            var below = Below(kernel, unit);
            sum += below * (1 - below) / _widths[kernel] / (Below(kernel, 1) - Below(kernel, 0));
        }

        return Math.Log(sum / (_centres.Length + 1));
    }

    /// <summary>The share of an uncut kernel that lies below a point.</summary>
    private double Below(int kernel, double unit) => 1 / (1 + Math.Exp((_centres[kernel] - unit) / _widths[kernel]));
}
