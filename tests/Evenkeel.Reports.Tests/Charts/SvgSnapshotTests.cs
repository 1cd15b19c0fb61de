using Evenkeel.Reports.Charts;
using Evenkeel.TestKit;

namespace Evenkeel.Reports.Tests.Charts;

/// <summary>One chart of each kind, compared text for text; change them only after having looked at them in light and in dark.</summary>
public sealed class SvgSnapshotTests
{
    private static readonly double[] Steps = [0, 100, 200, 300, 400, 500];

    private static Chart Lines => new("Test accuracy", new("training step"), new("accuracy") { Numbers = NumberStyle.Percent, Minimum = 0.5, Maximum = 1 },
    [
        new LineSeries("ours", Steps, [0.1, 0.8, 0.9, double.NaN, 0.95, 0.96]) { Color = 0, Markers = true },
        new LineSeries("the paper's", Steps, [0.2, 0.75, 0.88, 0.93, 0.95, 0.955]) { Color = 0, Style = LineStyle.Dashed },
        new RuleSeries("chance", 0.1),
        new RuleSeries("decay", 300) { Vertical = true },
    ]);

    private static Chart Band(string title, int color) => new(title, new("step"), new("input", "units"),
    [
        new BandSeries("15th to 85th percentile", Steps, [-1, -1.5, -2, -2, double.NaN, -2], [1, 2, 2.5, 2.25, 2, 2]) { Middle = [0, 0.1, 0.2, 0.1, 0, 0], Color = color },
    ]);

    [Fact]
    public void Line_chart() => Snapshot.Match(SvgRenderer.Render(Lines), "line-chart.svg");

    [Fact]
    public void Logarithmic_chart_with_markers() => Snapshot.Match(SvgRenderer.Render(new Chart(
        "Loss by learning rate", new("learning rate") { Scale = AxisScale.Logarithmic }, new("loss") { Scale = AxisScale.Logarithmic },
        [
            new LineSeries("final loss", [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1], [2, 1, 0.1, 0.04, 0, 30]),
            new MarkerSeries("chosen", [1e-2], [0.04]),
        ])), "logarithmic-chart.svg");

    [Fact]
    public void Small_multiples_of_bands() => Snapshot.Match(SvgRenderer.Render(new ChartGrid("Percentiles", [Band("with", 0), Band("without", 1)]) { SharedY = true, SharedLegend = true }), "band-grid.svg");

    [Fact]
    public void Bar_chart() => Snapshot.Match(SvgRenderer.Render(new BarChart(
        "Speed-up", new("times the peer"), ["train/mlp100-bn-b60", "matmul-1024", "a < b & \"c\""], [new("1 thread", [7.25, 0.98, -0.5]), new("2 threads", [6.1, double.NaN, 1])])
    {
        Reference = 1,
        ReferenceLabel = "as fast",
    }), "bar-chart.svg");

    [Fact]
    public void Heat_map_with_contours() => Snapshot.Match(SvgRenderer.Render(new HeatMap(
        "Loss", new("first direction"), new("second direction"), new("loss", "nats"), [-1, 0, 1], [-1, 0, 1], [[3, 2, 3], [2, 1, double.PositiveInfinity], [3, 2, 4]])
    { Width = 400, Height = 320 }), "heat-map.svg");

    [Fact]
    public void A_map_whose_rows_are_no_grid_is_refused() => Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new HeatMap("Loss", new("a"), new("b"), new("c"), [0, 1], [0, 1], [[1, 2], [3]])));

    [Fact]
    public void Inside_a_page_a_chart_carries_no_style_of_its_own_and_no_id()
    {
        var svg = SvgRenderer.Render(Lines, standalone: false);
        Assert.DoesNotContain("<style", svg);
        Assert.DoesNotContain(" id=", svg);
        Assert.StartsWith("<svg class=\"ek-chart\" role=\"img\" viewBox=\"0 0 720 380\">\n<title>Test accuracy</title>\n<desc>accuracy over training step. ours: 96% at 500.", svg);
    }
}
