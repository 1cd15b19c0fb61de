using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.MatrixProduct;

public sealed class ColumnPanelsTests
{
    [Fact]
    public void Hundred_columns_at_sixteen_lanes_are_64_and_36()
    {
        var panels = new ColumnPanels(100, 16);
        Assert.Equal(2, panels.Count);
        Assert.Equal((0, 64), panels[0]);
        Assert.Equal((64, 36), panels[1]);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(1)]
    public void Panels_cover_every_column_once_in_whole_vectors_and_balance(int width)
    {
        foreach (var columns in AwkwardSizes.Values.Append(784).Append(1024))
        {
            var panels = new ColumnPanels(columns, width);
            var next = 0;
            var (least, most) = (int.MaxValue, 0);
            for (var panel = 0; panel < panels.Count; panel++)
            {
                var (first, count) = panels[panel];
                Assert.Equal(next, first);
                Assert.Equal(0, first % width);
                Assert.InRange(count, 1, ColumnPanels.MostVectors * width);
                var vectors = (count + width - 1) / width;
                (least, most) = (Math.Min(least, vectors), Math.Max(most, vectors));
                next += count;
            }

            Assert.Equal(columns, next);
            if (panels.Count > 0) Assert.InRange(most - least, 0, 1);
        }
    }

    [Fact]
    public void A_panel_that_does_not_exist_is_refused()
    {
        var panels = new ColumnPanels(100, 16);
        Assert.Throws<ArgumentOutOfRangeException>(() => panels[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => panels[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColumnPanels(-1, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColumnPanels(1, 0));
    }
}
