namespace Evenkeel.Data.Inspection;

/// <summary>Count, mean, deviation and range of numbers, in double, gathered in blocks that are merged with Chan's formula.</summary>
/// <remarks>Within a block the sums are taken around the block's first value, so that a large mean costs no digits. T. Chan, G. Golub, R. LeVeque, 1979.</remarks>
public struct Moments
{
    private double _sumOfSquares;

    /// <summary>How many numbers came.</summary>
    public long Count { get; private set; }

    /// <summary>Their mean; 0 for none.</summary>
    public double Mean { get; private set; }

    /// <summary>The population deviation: <c>sqrt(sum (x - mean)^2 / n)</c>; 0 for none.</summary>
    public readonly double Deviation => Count == 0 ? 0 : Math.Sqrt(_sumOfSquares / Count);

    /// <summary>The smallest number; 0 for none.</summary>
    public double Minimum { get; private set; }

    /// <summary>The largest number; 0 for none.</summary>
    public double Maximum { get; private set; }

    /// <summary>Adds every number of one channel.</summary>
    /// <param name="numbers">Channels last.</param>
    /// <param name="channel">0..channels-1.</param>
    /// <param name="channels">The stride.</param>
    public void Add(ReadOnlySpan<float> numbers, int channel = 0, int channels = 1)
    {
        if (channel >= numbers.Length) return;
        double pivot = numbers[channel], sum = 0, squares = 0, least = pivot, most = pivot;
        var count = 0L;
        for (var i = channel; i < numbers.Length; i += channels)
        {
            double value = numbers[i], shifted = value - pivot;
            sum += shifted;
            squares += shifted * shifted;
            least = Math.Min(least, value);
            most = Math.Max(most, value);
            count++;
        }

        var mean = sum / count;
        Merge(new Moments { Count = count, Mean = pivot + mean, _sumOfSquares = Math.Max(0, squares - (sum * mean)), Minimum = least, Maximum = most });
    }

    /// <summary>Adds the numbers that another one has gathered.</summary>
    /// <param name="other">May be empty.</param>
    public void Merge(in Moments other)
    {
        if (other.Count == 0) return;
        if (Count == 0)
        {
            this = other;
            return;
        }

        var (total, difference) = (Count + other.Count, other.Mean - Mean);
        _sumOfSquares += other._sumOfSquares + (difference * difference * ((double)Count * other.Count / total));
        Mean += difference * other.Count / total;
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
        Count = total;
    }
}
