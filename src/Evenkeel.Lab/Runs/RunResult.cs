namespace Evenkeel.Lab.Runs;

/// <summary>What a run gave: named series of numbers.</summary>
/// <param name="Series">The series. What is not finite counts as missing, NaN.</param>
/// <param name="Seconds">Wall-clock seconds of the run.</param>
public sealed record RunResult(IReadOnlyDictionary<string, double[]> Series, double Seconds)
{
    /// <summary>A series.</summary>
    /// <param name="name">Its name.</param>
    public double[] this[string name] => Series[name];

    /// <summary>The last number of a series.</summary>
    /// <param name="name">Its name.</param>
    public double Last(string name) => Series[name][^1];
}
