using Evenkeel.Lab.Statistics;

namespace Evenkeel.Lab.Trials;

/// <summary>Follows the 15th, 50th and 85th percentile of every unit's values over a run, as figures 1b and 1c of Ioffe and Szegedy 2015 do for one.</summary>
/// <remarks>
/// Series over the probes: <c>probe_step</c>, and <c>typical_p15</c>, <c>typical_p50</c>, <c>typical_p85</c> of the typical unit (<c>typical_unit</c>: the one whose range of the median is the layer's median one).
/// Series over the units: <c>spread_first</c>, <c>spread_last</c>, <c>spread_least</c>, <c>spread_most</c> (85th minus 15th percentile) and <c>median_range</c> (highest minus lowest 50th percentile).
/// </remarks>
internal sealed class UnitDrift(int units)
{
    private readonly List<(int Step, double[] P15, double[] P50, double[] P85)> _probes = [];

    public int Count => _probes.Count;

    /// <param name="step">After which step.</param>
    /// <param name="values"><c>[count, units]</c>.</param>
    /// <param name="count">Samples.</param>
    public void Add(int step, ReadOnlySpan<float> values, int count)
    {
        var probe = (Step: step, P15: new double[units], P50: new double[units], P85: new double[units]);
        var column = new float[count];
        for (var unit = 0; unit < units; unit++)
        {
            for (var i = 0; i < count; i++) column[i] = values[(i * units) + unit];
            Array.Sort(column);
            probe.P15[unit] = Percentiles.OfSorted(column, 0.15);
            probe.P50[unit] = Percentiles.OfSorted(column, 0.50);
            probe.P85[unit] = Percentiles.OfSorted(column, 0.85);
        }

        _probes.Add(probe);
    }

    public void AddTo(IDictionary<string, double[]> series)
    {
        double[] PerUnit(Func<int, double> of) => [.. Enumerable.Range(0, units).Select(of)];
        double Spread((int Step, double[] P15, double[] P50, double[] P85) probe, int unit) => probe.P85[unit] - probe.P15[unit];
        var range = PerUnit(unit => _probes.Max(probe => probe.P50[unit]) - _probes.Min(probe => probe.P50[unit]));
        var typical = Enumerable.Range(0, units).OrderBy(unit => range[unit]).ElementAt(units / 2);

        series["probe_step"] = [.. _probes.Select(static probe => (double)probe.Step)];
        series["typical_unit"] = [typical];
        series["typical_p15"] = [.. _probes.Select(probe => probe.P15[typical])];
        series["typical_p50"] = [.. _probes.Select(probe => probe.P50[typical])];
        series["typical_p85"] = [.. _probes.Select(probe => probe.P85[typical])];
        series["spread_first"] = PerUnit(unit => Spread(_probes[0], unit));
        series["spread_last"] = PerUnit(unit => Spread(_probes[^1], unit));
        series["spread_least"] = PerUnit(unit => _probes.Min(probe => Spread(probe, unit)));
        series["spread_most"] = PerUnit(unit => _probes.Max(probe => Spread(probe, unit)));
        series["median_range"] = range;
    }
}
