using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class PoolingTests
{
    public static TheoryData<string> Cases => ["plain", "overlapping", "padded", "adaptive", "more outputs than inputs"];

    [Theory, MemberData(nameof(Cases))]
    public void Gradients_agree_with_differences(string name)
    {
        (PoolingWindows rows, PoolingWindows columns) = Windows(name);
        double[] x = new SeededRandom(5).Normals(2 * rows.Size * columns.Size * 3);
        int[] positions = Pooling.Maximum(x, rows, columns, 3).Positions;
        GradientCheck.Check(v => Pooling.Maximum(v, rows, columns, 3).Y, v => Pooling.MaximumBackward(v, positions, rows, columns, 3), x);
        foreach (Func<int, int, double> divisor in new Func<int, int, double>[] { (inputs, _) => inputs, (_, places) => places, (_, _) => 1 })
            GradientCheck.Check(v => Pooling.Average(v, rows, columns, 3, divisor), v => Pooling.AverageBackward(v, rows, columns, 3, divisor), x);
    }

    [Fact]
    public void Known_values()
    {
        PoolingWindows rows = PoolingWindows.Sliding(3, 2, 1, 1, 0), columns = PoolingWindows.Sliding(3, 2, 2, 0, 1);
        Assert.Equal([(-1, 1), (0, 2), (1, 3)], rows.Windows);
        Assert.Equal([(0, 2), (2, 4)], columns.Windows);
        double[] x = [1, 2, 3, 4, 5, 6, 7, 9, 9];
        MaximumOutput maximum = Pooling.Maximum(x, rows, columns, 1);
        Assert.Equal([2, 3, 5, 6, 9, 9], maximum.Y);
        Assert.Equal([1, 2, 4, 5, 7, 8], maximum.Positions);
        Assert.Equal([1.5, 3, 3, 4.5, 6.25, 7.5], Pooling.Average(x, rows, columns, 1, (inputs, _) => inputs));
        Assert.Equal([0.75, 0.75, 3, 2.25, 6.25, 3.75], Pooling.Average(x, rows, columns, 1, (_, places) => places));
        Assert.Equal([(0, 3), (2, 5)], PoolingWindows.Adaptive(5, 2).Windows);
    }

    [Fact]
    public void The_first_of_equal_inputs_is_taken_and_not_a_number_wins()
    {
        PoolingWindows all = PoolingWindows.Sliding(2, 2, 2, 0, 0);
        Assert.Equal(0, Pooling.Maximum([3, 3, 3, 3], all, all, 1).Positions.Single());
        MaximumOutput maximum = Pooling.Maximum([3, double.NaN, 4, 3], all, all, 1);
        Assert.True(double.IsNaN(maximum.Y.Single()));
        Assert.Equal(1, maximum.Positions.Single());
    }

    private static (PoolingWindows Rows, PoolingWindows Columns) Windows(string name) => name switch
    {
        "plain" => (PoolingWindows.Sliding(4, 2, 2, 0, 0), PoolingWindows.Sliding(6, 3, 3, 0, 0)),
        "overlapping" => (PoolingWindows.Sliding(5, 3, 1, 0, 0), PoolingWindows.Sliding(4, 3, 2, 0, 0)),
        "padded" => (PoolingWindows.Sliding(5, 3, 2, 1, 1), PoolingWindows.Sliding(4, 3, 2, 0, 1)),
        "adaptive" => (PoolingWindows.Adaptive(5, 3), PoolingWindows.Adaptive(4, 1)),
        _ => (PoolingWindows.Adaptive(2, 5), PoolingWindows.Adaptive(3, 4)),
    };
}
