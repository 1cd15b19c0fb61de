using Evenkeel.Numerics.Kernels.Pooling;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Pooling;

public sealed class PoolingAxisTests
{
    [Fact]
    public void Windows_are_those_of_the_book_cut_at_the_edges()
    {
        for (var size = 1; size <= 9; size++)
        {
            for (var outputs = 1; outputs <= 11; outputs++) Same(Book.PoolingWindows.Adaptive(size, outputs), PoolingAxis.Adaptive(size, outputs));
            foreach (var (window, stride, before, after) in new[] { (1, 1, 0, 0), (2, 2, 0, 0), (3, 2, 1, 1), (3, 1, 0, 2), (5, 3, 4, 0), (1, 4, 2, 3) })
            {
                if (window <= size + before + after) Same(Book.PoolingWindows.Sliding(size, window, stride, before, after), PoolingAxis.Sliding(size, window, stride, before, after));
            }
        }
    }

    [Fact]
    public void Inputs_know_the_outputs_that_see_them()
    {
        foreach (var axis in new[] { PoolingAxis.Sliding(7, 3, 2, 1, 1), PoolingAxis.Sliding(6, 1, 4), PoolingAxis.Sliding(5, 5, 1, 4, 4), PoolingAxis.Adaptive(5, 3), PoolingAxis.Adaptive(3, 7) })
        {
            for (var input = 0; input < axis.Size; input++)
            {
                for (var output = 0; output < axis.Outputs; output++)
                    Assert.Equal(axis.Starts[output] <= input && input < axis.Ends[output], axis.FirstOutputs[input] <= output && output < axis.EndOutputs[input]);
            }
        }
    }

    [Fact]
    public void A_window_that_lies_in_the_padding_alone_is_seen()
    {
        Assert.True(PoolingAxis.Sliding(4, 3, 1, 1, 1).IsCovered);
        Assert.False(PoolingAxis.Sliding(4, 1, 1, 1, 0).IsCovered);
        Assert.False(PoolingAxis.Sliding(4, 2, 2, 0, 2).IsCovered);
    }

    [Theory]
    [InlineData(0, 1, 1, 0, 0)]
    [InlineData(4, 0, 1, 0, 0)]
    [InlineData(4, 1, 0, 0, 0)]
    [InlineData(4, 1, 1, -1, 0)]
    [InlineData(4, 1, 1, 0, -1)]
    [InlineData(4, 7, 1, 1, 1)]
    public void Numbers_out_of_their_range_are_refused(int size, int window, int stride, int before, int after) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PoolingAxis.Sliding(size, window, stride, before, after));

    private static void Same(Book.PoolingWindows book, PoolingAxis axis)
    {
        Assert.Equal(book.Windows.Length, axis.Outputs);
        for (var i = 0; i < axis.Outputs; i++)
        {
            Assert.Equal(book.Inputs(i), Enumerable.Range(axis.Starts[i], axis.Ends[i] - axis.Starts[i]));
            Assert.Equal(book.Windows[i].End - book.Windows[i].Start, axis.Counts[i]);
        }
    }
}
