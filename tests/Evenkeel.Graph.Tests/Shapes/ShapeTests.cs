using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Tests.Shapes;

public sealed class ShapeTests
{
    [Fact]
    public void A_batch_counts_its_samples_at_run_time()
    {
        var shape = Shape.Batch(28, 28, 3);
        Assert.Equal((4, 2352L, 3, 784), (shape.Rank, shape.ElementsPerSample, shape.Channels, shape.RowsPerSample));
        Assert.Equal(23520, shape.Elements(10));
        Assert.Equal(7840, shape.Rows(10));
        Assert.Equal(0, shape.Elements(0));
        Assert.Equal("[N, 28, 28, 3]", shape.ToString());
    }

    [Fact]
    public void A_fixed_tensor_does_not()
    {
        var shape = Shape.Of(784, 100);
        Assert.Equal((2, 78400L, 100, 784), (shape.Rank, shape.ElementsPerSample, shape.Channels, shape.RowsPerSample));
        Assert.Equal(78400, shape.Elements(10));
        Assert.Equal("[784, 100]", shape.ToString());
    }

    [Fact]
    public void A_scalar_and_a_vector_of_samples_have_one_channel()
    {
        Assert.Equal((0, 1L, 1, "[]"), (Shape.Scalar.Rank, Shape.Scalar.ElementsPerSample, Shape.Scalar.Channels, Shape.Scalar.ToString()));
        Assert.Equal((1, 1L, 1, "[N]"), (Shape.Batch().Rank, Shape.Batch().ElementsPerSample, Shape.Batch().Channels, Shape.Batch().ToString()));
        Assert.Equal(7, Shape.Batch().Elements(7));
    }

    [Fact]
    public void Equality_sees_sizes_and_the_batch()
    {
        Assert.True(Shape.Of(2, 3) == Shape.Of(2, 3));
        Assert.Equal(Shape.Of(2, 3).GetHashCode(), Shape.Of(2, 3).GetHashCode());
        Assert.True(Shape.Of(2, 3) != Shape.Of(3, 2));
        Assert.True(Shape.Of(3) != Shape.Batch(3));
        Assert.True(Shape.Of() == Shape.Scalar);
        Assert.True(default == Shape.Scalar);
    }

    [Fact]
    public void More_elements_than_an_int_can_count_are_counted()
    {
        Assert.Equal(1L << 40, Shape.Of(1 << 20, 1 << 20).ElementsPerSample);
        Assert.Throws<OverflowException>(() => Shape.Batch(1 << 20, 4).Rows(1 << 20));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_size_below_one_is_refused(int size)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Shape.Of(3, size));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shape.Batch(size));
    }
}
