using System.Globalization;

namespace Evenkeel.Graph.Normalization;

/// <summary>How running statistics follow the batch statistics: <c>r &lt;- r + rate (b - r)</c>. There is no bare "momentum", because frameworks mean opposite things by it.</summary>
/// <remarks>PyTorch's momentum m is <c>UpdateRate(m)</c>; Keras' momentum m is <c>Retention(m)</c>.</remarks>
public readonly record struct RunningAverage
{
    private RunningAverage(float rate, bool startsCumulative)
    {
        Rate = rate;
        StartsCumulative = startsCumulative;
    }

    /// <summary>The share of the newest batch, in (0, 1]; 0 for the plain mean over all batches.</summary>
    public float Rate { get; }

    /// <summary>Whether the rate of update t (from 0) is <c>max(Rate, 1 / (t + 1))</c>: a plain mean until that is slower than the fixed rate.</summary>
    public bool StartsCumulative { get; }

    /// <summary>The plain mean over all committed batches.</summary>
    public static RunningAverage Cumulative { get; } = new(0, true);

    /// <summary>The plain mean of the first 100 committed batches, then an exponential average with rate 0.01: right early, and slow enough late to average noise away.</summary>
    public static RunningAverage Auto { get; } = new(0.01f, true);

    /// <summary>An exponential average in PyTorch's sense, <c>r &lt;- (1 - rate) r + rate b</c>.</summary>
    /// <param name="rate">The share of the newest batch, in (0, 1]; 0.1 is PyTorch's default and ours.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside (0, 1].</exception>
    public static RunningAverage UpdateRate(float rate) =>
        rate is > 0 and <= 1 ? new(rate, false) : throw new ArgumentOutOfRangeException(nameof(rate), rate, "An update rate lies in (0, 1]; PyTorch's default is 0.1. For Keras' momentum use Retention.");

    /// <summary>An exponential average in Keras' sense, <c>r &lt;- retention r + (1 - retention) b</c>.</summary>
    /// <param name="retention">What is kept of the old value, in [0, 1); 0.99 is Keras' default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The retention is outside [0, 1).</exception>
    public static RunningAverage Retention(float retention) =>
        retention is >= 0 and < 1 ? new(1 - retention, false) : throw new ArgumentOutOfRangeException(nameof(retention), retention, "A retention lies in [0, 1); Keras' default is 0.99. For PyTorch's momentum use UpdateRate.");

    /// <summary>An exponential average in which a batch's weight halves after so many commits: <c>rate = 1 - 2^(-1/steps)</c>.</summary>
    /// <param name="steps">The half-life in commits, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    public static RunningAverage HalfLife(float steps) =>
        steps > 0 ? new(1 - MathF.Pow(2, -1 / steps), false) : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A half-life is a number of commits above 0.");

    /// <summary>The rate of update number <paramref name="update"/> (from 0).</summary>
    public float RateAt(long update) => StartsCumulative ? MathF.Max(Rate, 1f / (update + 1)) : Rate;

    /// <inheritdoc/>
    public override string ToString() => (StartsCumulative, Rate) switch
    {
        (true, 0) => "cumulative",
        (true, _) => "auto",
        _ => string.Create(CultureInfo.InvariantCulture, $"update rate {Rate}"),
    };
}
