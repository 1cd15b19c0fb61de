using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Initializers;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Layers.Tests.Initializers;

public sealed class OrthogonalTests
{
    /// <summary>A few hundred products of values below 1, rounded to float.</summary>
    private const double Rounding = 1e-6;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(60, 9)]
    [InlineData(9, 60)]
    [InlineData(64, 63)]
    public void The_fewer_of_rows_and_columns_are_orthogonal_and_of_the_gains_length(int rows, int columns)
    {
        var q = Fill(new Orthogonal(2), Shape.Of(rows, columns));
        var byColumns = rows >= columns;
        for (var i = 0; i < Math.Min(rows, columns); i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var dot = Enumerable.Range(0, Math.Max(rows, columns)).Sum(k => byColumns ? (double)q[(k * columns) + i] * q[(k * columns) + j] : (double)q[(i * columns) + k] * q[(j * columns) + k]);
                Assert.Equal(i == j ? 4 : 0, dot, 4 * Rounding);
            }
        }
    }

    [Fact]
    public void It_is_Q_of_the_normal_matrix_with_a_positive_diagonal_of_R_as_in_PyTorch()
    {
        const int Rows = 20, Columns = 8;
        var q = Fill(new Orthogonal(), Shape.Of(Rows, Columns));
        var a = new float[Rows * Columns];
        new RandomStream(3, "weight").FillNormal(a);
        for (var i = 0; i < Columns; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var r = Enumerable.Range(0, Rows).Sum(k => (double)q[(k * Columns) + i] * a[(k * Columns) + j]);
                if (i == j) Assert.True(r > 0.1, $"R[{i}, {i}] is {r}");
                else Assert.Equal(0, r, 20 * Rounding);
            }
        }
    }

    [Fact]
    public void A_convolutions_places_count_as_inputs() =>
        Assert.Equal(Fill(new Orthogonal(), Shape.Of(18, 4)), Fill(new Orthogonal(), Shape.Of(3, 3, 2, 4)));

    [Fact]
    public void A_signal_keeps_its_length_through_fifty_layers_where_a_normal_start_does_not()
    {
        Assert.Equal(1, LengthAfter(new Orthogonal()), 1e-4);
        Assert.NotInRange(LengthAfter(LeCun.Normal), 0.8, 1.25);

        static double LengthAfter(Evenkeel.Graph.Models.Initializer initializer)
        {
            double[] x = [.. Enumerable.Repeat(0.25, 16)];
            for (var layer = 0; layer < 50; layer++)
            {
                var w = Fill(initializer, Shape.Of(16, 16), $"layer{layer}");
                x = [.. Enumerable.Range(0, 16).Select(j => Enumerable.Range(0, 16).Sum(i => x[i] * w[(i * 16) + j]))];
            }

            return Math.Sqrt(x.Sum(static v => v * v));
        }
    }

    private static float[] Fill(Evenkeel.Graph.Models.Initializer initializer, Shape shape, string name = "weight")
    {
        var values = new float[shape.ElementsPerSample];
        initializer.Fill(values, shape, 3, name);
        return values;
    }
}
