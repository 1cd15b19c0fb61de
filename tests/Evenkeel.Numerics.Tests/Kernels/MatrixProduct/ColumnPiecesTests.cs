using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.MatrixProduct;

public sealed class ColumnPiecesTests
{
    [Theory]
    [InlineData(60, 100, 1)]
    [InlineData(128, 100, 2)]
    [InlineData(128, 512, 8)]
    [InlineData(0, 100, 1)]
    [InlineData(60, 0, 0)]
    public void A_small_matrix_is_one_piece_and_a_large_one_a_piece_per_panel(int rows, int columns, int pieces) =>
        Assert.Equal(pieces, new ColumnPieces(rows, columns, 16).Count);

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(1)]
    public void Pieces_cover_every_column_once_in_whole_panels(int width)
    {
        foreach (var rows in new[] { 1, 60, 200, 5000 })
        {
            foreach (var columns in AwkwardSizes.Values)
            {
                var pieces = new ColumnPieces(rows, columns, width);
                var panels = new ColumnPanels(columns, width);
                var (next, nextPanel) = (0, 0);
                for (var piece = 0; piece < pieces.Count; piece++)
                {
                    var (first, count) = pieces[piece];
                    var (firstPanel, endPanel) = pieces.Panels(piece);
                    Assert.Equal((next, nextPanel), (first, firstPanel));
                    Assert.True(endPanel > firstPanel);
                    for (var panel = firstPanel; panel < endPanel; panel++) Assert.Equal(panels[panel], pieces.Panel(panel));
                    (next, nextPanel) = (first + count, endPanel);
                }

                Assert.Equal((columns, panels.Count), (next, nextPanel));
            }
        }
    }

    [Fact]
    public void A_piece_that_does_not_exist_is_refused()
    {
        var pieces = new ColumnPieces(60, 100, 16);
        Assert.Throws<ArgumentOutOfRangeException>(() => pieces[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => pieces.Panels(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColumnPieces(-1, 100, 16));
    }
}
