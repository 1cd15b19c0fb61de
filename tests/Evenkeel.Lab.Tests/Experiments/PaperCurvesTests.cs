using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Experiments.Ioffe2015;
using Evenkeel.Lab.Experiments.Santurkar2018;
using Evenkeel.Reports.Charts;

namespace Evenkeel.Lab.Tests.Experiments;

public sealed class PaperCurvesTests
{
    [Theory]
    [InlineData("Inception", 0.722)]
    [InlineData("BN-Baseline", 0.727)]
    [InlineData("BN-x5", 0.730)]
    [InlineData("BN-x30", 0.748)]
    [InlineData("BN-x5-Sigmoid", 0.698)]
    public void Curves_of_the_ImageNet_table_reach_what_the_table_says(string variant, double best)
    {
        var curve = PaperFigure.Validation(variant);
        Assert.Equal(best, curve.Y.Max(), 0.003);
        Assert.Equal(curve.X.Order(), curve.X);
    }

    [Theory]
    [InlineData("2", "Standard", "BN", "NoisyBN")]
    [InlineData("4a", "Standard_min", "Standard_max", "BN_min", "BN_max")]
    [InlineData("4b", "Standard_min", "Standard_max", "BN_min", "BN_max")]
    [InlineData("4c", "Standard", "BN")]
    [InlineData("5a", "Standard", "BN", "L1", "L2", "Linf")]
    [InlineData("5b", "Standard", "BN", "L1", "L2", "Linf")]
    public void Curves_of_Santurkar_rise_in_their_steps_over_the_whole_run(string figure, params string[] series) => Assert.All(series, name =>
    {
        var curve = PaperFigures.Of(figure, name);
        Assert.Equal(curve.X.Order(), curve.X);
        Assert.InRange(curve.X[0], 0, 400);
        Assert.InRange(curve.X[^1], 10_000, 16_000);
        Assert.Equal(curve.X.Count, curve.Y.Count);
    });

    [Fact]
    public void A_curve_beside_ours_is_dashed_in_its_color_and_ends_where_ours_does()
    {
        var line = new PaperSeries([1, 2, 3], [10, 20, 30]).Dashed("paper", 4, until: 2, scale: 0.1);
        Assert.Equal((LineStyle.Dashed, 4), (line.Style, line.Color));
        Assert.Equal([1.0, 2], line.X);
        Assert.Equal([1.0, 2], line.Y);
    }
}
