using System.Globalization;
using System.Xml.Linq;
using Evenkeel.Reports.Charts;

namespace Evenkeel.Reports.Tests.Charts;

public sealed class SvgRendererTests
{
    private static readonly ChartAxis Axis = new("x");

    [Fact]
    public void The_text_does_not_depend_on_the_culture()
    {
        var chart = OneLine([0, 1, 2], [0.25, 12345.678, -3]);
        var before = CultureInfo.CurrentCulture;
        var invariant = SvgRenderer.Render(chart);
        try
        {
            // Made by hand, since the invariant mode of the tests knows no other culture.
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal("0,5", 0.5.ToString(CultureInfo.CurrentCulture));
            Assert.Equal(invariant, SvgRenderer.Render(chart));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Hostile_names_are_escaped_wherever_they_stand()
    {
        const string evil = "</svg><script>alert('x')</script>\"&\u0001\ud800";
        var line = new Chart(evil, new(evil, evil), new(evil), [new LineSeries(evil, [0, 1], [0, 1]) { Markers = true }, new BandSeries(evil, [0], [0], [1]), new RuleSeries(evil, 1)]) { Description = evil };
        var bars = new BarChart(evil, new(evil), [evil], [new(evil, [1]), new(evil, [2])]) { Reference = 1, ReferenceLabel = evil };
        foreach (var figure in new Figure[] { line, bars, new ChartGrid(evil, [line]), line with { Description = "" } })
        {
            var svg = SvgRenderer.Render(figure);
            Assert.DoesNotContain("<script", svg);
            var document = XDocument.Parse(svg); // well-formed, so nothing broke out
            Assert.Contains(document.Descendants(), e => e.Name.LocalName == "title" && e.Value.StartsWith("</svg><script>", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_figure_has_a_title_and_a_description_for_screen_readers()
    {
        var root = XDocument.Parse(SvgRenderer.Render(OneLine([0, 1], [0, 1]))).Root!;
        Assert.Equal("img", root.Attribute("role")!.Value);
        Assert.Equal(["title", "desc"], root.Elements().Take(2).Select(e => e.Name.LocalName));
        Assert.All(root.Elements().Take(2), e => Assert.NotEqual("", e.Value));
    }

    [Fact]
    public void NaN_and_infinity_are_gaps_and_a_point_alone_stays_visible()
    {
        var path = LinePath(OneLine([0, 1, 2, 3, 4, 5, 6], [0, 1, double.NaN, 1, double.PositiveInfinity, 0, 1]));
        Assert.Equal(3, path.Count(c => c == 'M'));
        Assert.Contains("m-2.5 0h5", path);
        Assert.DoesNotContain("NaN", path);
    }

    [Theory]
    [InlineData(new double[0], new double[0])]
    [InlineData(new[] { 1.0 }, new[] { 1.0 })]
    [InlineData(new[] { 1.0, 2 }, new[] { double.NaN, double.NaN })]
    [InlineData(new[] { 0.0, 0 }, new[] { 0.0, 0 })]
    [InlineData(new[] { -1e308, 1e308 }, new[] { -1e308, 1e308 })]
    [InlineData(new[] { 1e-320, 2e-320 }, new[] { 1e-320, 2e-320 })]
    [InlineData(new[] { 1e15, 1e15 + 1 }, new[] { 1e15, 1e15 + 1 })]
    public void Odd_data_give_a_chart_all_the_same(double[] xs, double[] ys)
    {
        foreach (var scale in new[] { AxisScale.Linear, AxisScale.Logarithmic })
        {
            var axis = Axis with { Scale = scale };
            foreach (var figure in new Figure[]
            {
                new Chart("odd", axis, axis, [new LineSeries("s", xs, ys)]),
                new Chart("odd", axis with { Minimum = 5, Maximum = 6 }, axis with { Minimum = 5 }, [new LineSeries("s", xs, ys)]),
                new BarChart("odd", axis, [.. xs.Select(_ => "row")], [new("s", ys)]),
                new ChartGrid("odd", [new Chart("", axis, axis, [])]) { SharedY = true },
            })
            {
                var svg = SvgRenderer.Render(figure);
                XDocument.Parse(svg);
                Assert.DoesNotContain("NaN", svg);
                Assert.DoesNotContain("∞", svg);
            }
        }
    }

    [Fact]
    public void A_chart_without_values_says_so() => Assert.Contains(">no data<", SvgRenderer.Render(OneLine([1], [double.NaN])));

    [Fact]
    public void A_long_line_is_thinned_but_its_peaks_stay()
    {
        const int count = 200_000;
        var ys = new double[count];
        ys[123_456] = 100;
        ys[150_000] = -100;
        var chart = OneLine([.. Enumerable.Range(0, count).Select(i => (double)i)], ys) with { Height = 400 };
        var svg = SvgRenderer.Render(chart);
        Assert.InRange(svg.Length, 5_000, 100_000);
        var heights = LinePath(chart).Split('M', 'L').Skip(1).Select(p => double.Parse(p.Split(' ')[1], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(3, heights.Distinct().Count());
        var whole = OneLine([0, 1, 2], [0, 100, -100]) with { Height = 400 };
        var expected = LinePath(whole).Split('M', 'L').Skip(1).Select(p => double.Parse(p.Split(' ')[1], CultureInfo.InvariantCulture));
        Assert.Equal(expected.Order(), heights.Distinct().Order());
    }

    [Fact]
    public void Labels_of_the_horizontal_axis_never_touch()
    {
        foreach (var width in new[] { 200, 300, 720, 1200 })
        {
            foreach (var top in new[] { 1.0, 7, 49, 950, 52_000, 999_999, 0.00031 })
            {
                var svg = XDocument.Parse(SvgRenderer.Render(OneLine([0, top], [0, 1]) with { Width = width }));
                var labels = svg.Descendants().Where(e => e.Name.LocalName == "text" && e.Attribute("text-anchor")?.Value == "middle" && e.Value != "x").ToArray();
                Assert.True(labels.Length >= 2, $"width {width}, up to {top}: {labels.Length} labels");
                for (var i = 1; i < labels.Length; i++)
                {
                    var room = Position(labels[i]) - Position(labels[i - 1]);
                    var needed = (labels[i].Value.Length + labels[i - 1].Value.Length) / 2.0 * 12 * 0.5; // digits are at least half as wide as high
                    Assert.True(room > needed, $"width {width}, up to {top}: '{labels[i - 1].Value}' and '{labels[i].Value}'");
                }
            }
        }

        static double Position(XElement label) => double.Parse(label.Attribute("x")!.Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Choices_stand_at_their_places_by_name_and_long_names_are_cut()
    {
        var longName = new string('w', 200);
        var svg = SvgRenderer.Render(new Chart("", new ChartAxis("optimizer") { Choices = ["sgd", "adam", longName] }, new ChartAxis("y"), [new MarkerSeries("trials", [0, 1, 1, 2], [1, 2, 3, 4])]));
        Assert.Contains(">sgd<", svg);
        Assert.Contains("3 at adam", svg);
        Assert.DoesNotContain($">{longName}<", svg);
        Assert.DoesNotContain(">0.5<", svg);
        Assert.Equal(3, svg.Split("v4\"").Length - 1);
    }

    [Fact]
    public void Lists_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(OneLine([0, 1], [0])));
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new Chart("", Axis, Axis, [new BandSeries("", [0], [0], [])])));
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new BarChart("", Axis, ["a"], [new("", [])])));
    }

    private static Chart OneLine(double[] xs, double[] ys) => new("title", Axis, new("y"), [new LineSeries("s", xs, ys)]);

    private static string LinePath(Figure figure) => XDocument.Parse(SvgRenderer.Render(figure)).Descendants()
        .Where(e => e.Name.LocalName == "path" && e.Attribute("class")?.Value == "ek-line").Select(e => e.Attribute("d")!.Value).Last();
}
