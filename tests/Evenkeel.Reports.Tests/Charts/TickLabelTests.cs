using System.Xml.Linq;
using Evenkeel.Reports.Charts;

namespace Evenkeel.Reports.Tests.Charts;

/// <summary>How numbers are written, seen through the labels of a chart's vertical axis, bottom to top.</summary>
public sealed class TickLabelTests
{
    [Theory]
    [InlineData(0, 1, NumberStyle.Plain, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.9, 1, NumberStyle.Percent, "90% 92% 94% 96% 98% 100%")]
    [InlineData(0.98, 0.99, NumberStyle.Percent, "98.0% 98.2% 98.4% 98.6% 98.8% 99.0%")]
    [InlineData(-2, 2, NumberStyle.Plain, "−2 −1 0 1 2")]
    [InlineData(0, 50_000, NumberStyle.Plain, "0 10k 20k 30k 40k 50k")]
    [InlineData(0, 2_500_000, NumberStyle.Plain, "0 0.5M 1.0M 1.5M 2.0M 2.5M")]
    [InlineData(0, 5e-7, NumberStyle.Plain, "0 10⁻⁷ 2·10⁻⁷ 3·10⁻⁷ 4·10⁻⁷ 5·10⁻⁷")]
    [InlineData(0, 5e20, NumberStyle.Plain, "0 10²⁰ 2·10²⁰ 3·10²⁰ 4·10²⁰ 5·10²⁰")]
    public void Linear(double low, double high, NumberStyle style, string expected) => Assert.Equal(expected, Labels(low, high, new ChartAxis("y") { Numbers = style }));

    [Theory]
    [InlineData(0.01, 100, "0.01 0.1 1 10 100")]
    [InlineData(1e-4, 1, "10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 10⁰")]
    [InlineData(1000, 1e5, "1000 2000 5000 10k 20k 50k 100k")]
    public void Logarithmic(double low, double high, string expected) => Assert.Equal(expected, Labels(low, high, new ChartAxis("y") { Scale = AxisScale.Logarithmic }));

    private static string Labels(double low, double high, ChartAxis axis)
    {
        var svg = SvgRenderer.Render(new Chart("", new("x"), axis, [new LineSeries("", [0, 1], [low, high])]) { Height = 330 });
        return string.Join(' ', XDocument.Parse(svg).Descendants().Where(e => e.Attribute("text-anchor")?.Value == "end").Select(e => e.Value));
    }
}
