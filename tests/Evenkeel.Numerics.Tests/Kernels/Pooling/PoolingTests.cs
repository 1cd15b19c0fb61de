using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Pooling;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Pooling;

public sealed unsafe class PoolingTests
{
    private const int Images = 2;

    private static readonly (PoolingDivisor Divisor, Func<int, int, double> Book)[] Divisors =
        [(PoolingDivisor.Inputs, static (inputs, _) => inputs), (PoolingDivisor.Places, static (_, places) => places), (PoolingDivisor.One, static (_, _) => 1)];

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_maximum_and_its_gradient_are_those_of_the_book(int bits)
    {
        foreach (var (shape, rows, columns) in Shapes())
        {
            // A window in the padding alone has no maximum.
            if (!(shape.Rows.IsCovered && shape.Columns.IsCovered)) continue;
            var x = new SeededRandom(11).Floats(Images * (int)shape.InputFloats);
            var dy = new SeededRandom(12).Floats(Images * (int)shape.OutputFloats);
            var expected = Book.Pooling.Maximum(Expect.Widen(x), rows, columns, shape.Channels);
            var (y, positions) = Maximum(bits, shape, x, keepsPositions: true);
            Expect.Close(expected.Y, y, Tolerances.Exact, $"y {shape}");
            Assert.Equal(expected.Positions, Array.ConvertAll(positions, static position => (int)position));
            Expect.SameBits<float>(y, Maximum(bits, shape, x, keepsPositions: false).Y);

            var gradient = Book.Pooling.MaximumBackward(Expect.Widen(dy), expected.Positions, rows, columns, shape.Channels);
            var dx = Backward<MaxPoolingBackward>(bits, shape, dy, positions, default);
            Expect.Close(gradient, dx, Tolerances.FloatSum(30), $"dx {shape}");
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_average_and_its_gradient_are_those_of_the_book(int bits)
    {
        foreach (var (shape, rows, columns) in Shapes())
        {
            var x = new SeededRandom(13).Floats(Images * (int)shape.InputFloats);
            var dy = new SeededRandom(14).Floats(Images * (int)shape.OutputFloats);
            foreach (var (divisor, book) in Divisors)
            {
                // A window in the padding alone has no inputs to divide by.
                if (divisor == PoolingDivisor.Inputs && !(shape.Rows.IsCovered && shape.Columns.IsCovered)) continue;
                Expect.Close(Book.Pooling.Average(Expect.Widen(x), rows, columns, shape.Channels, book), Average(bits, shape, x, divisor), Tolerances.FloatSum(64), $"y {shape} {divisor}");
                Expect.Close(Book.Pooling.AverageBackward(Expect.Widen(dy), rows, columns, shape.Channels, book), Backward<AveragePoolingBackward>(bits, shape, dy, null, divisor), Tolerances.FloatSum(64), $"dx {shape} {divisor}");
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Of_equal_inputs_the_first_is_taken_and_not_a_number_is_never_lost(int bits)
    {
        var axis = PoolingAxis.Sliding(2, 2, 2);
        foreach (var channels in new[] { 1, 3, 16, 19 })
        {
            var shape = new PoolingShape(axis, axis, channels);
            float[] Image(params float[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value, channels))];
            void Takes(float[] values, float maximum, float position)
            {
                var (y, positions) = Maximum(bits, shape, Image(values), keepsPositions: true);
                Assert.All(y, value => Assert.Equal(maximum, value));
                Assert.All(positions, value => Assert.Equal(position, value));
            }

            Takes([3, 3, 3, 3], 3, 0);
            Takes([1, 3, 2, 3], 3, 1);
            Takes([float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], float.NegativeInfinity, 0);
            for (var at = 0; at < 4; at++)
            {
                var values = new float[] { 5, float.PositiveInfinity, 4, 3 };
                values[at] = float.NaN;
                Takes(values, float.NaN, at);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Any_cut_into_images_and_rows_gives_the_same_bits(int bits)
    {
        var shape = new PoolingShape(PoolingAxis.Sliding(7, 3, 2, 1, 1), PoolingAxis.Sliding(6, 3, 1, 1, 1), 21);
        var dy = new SeededRandom(15).Floats(Images * (int)shape.OutputFloats);
        var x = new SeededRandom(16).Floats(Images * (int)shape.InputFloats);
        var positions = Maximum(bits, shape, x, keepsPositions: true).Positions;
        foreach (var (whole, cut) in new[]
        {
            (Maximum(bits, shape, x, true).Y, Maximum(bits, shape, x, true, rows: 1).Y),
            (Average(bits, shape, x, PoolingDivisor.Inputs), Average(bits, shape, x, PoolingDivisor.Inputs, rows: 3)),
            (Backward<MaxPoolingBackward>(bits, shape, dy, positions, default), Backward<MaxPoolingBackward>(bits, shape, dy, positions, default, rows: 2)),
            (Backward<AveragePoolingBackward>(bits, shape, dy, null, default), Backward<AveragePoolingBackward>(bits, shape, dy, null, default, rows: 5)),
        }) Expect.SameBits<float>(whole, cut);
    }

    private static IEnumerable<(PoolingShape Shape, Book.PoolingWindows Rows, Book.PoolingWindows Columns)> Shapes()
    {
        foreach (var channels in new[] { 1, 3, 8, 16, 17, 33 })
        {
            foreach (var (height, width, window, stride, before, after) in new[] { (4, 4, 2, 2, 0, 0), (5, 7, 3, 2, 1, 1), (3, 6, 3, 1, 0, 2), (8, 8, 8, 1, 0, 0), (4, 5, 1, 3, 0, 0), (2, 3, 2, 2, 0, 2) })
            {
                yield return (
                    new(PoolingAxis.Sliding(height, window, stride, before, after), PoolingAxis.Sliding(width, 2, 1, 0, 0), channels),
                    Book.PoolingWindows.Sliding(height, window, stride, before, after), Book.PoolingWindows.Sliding(width, 2, 1, 0, 0));
            }

            yield return (new(PoolingAxis.Adaptive(5, 3), PoolingAxis.Adaptive(4, 6), channels), Book.PoolingWindows.Adaptive(5, 3), Book.PoolingWindows.Adaptive(4, 6));
        }
    }

    private static (float[] Y, float[] Positions) Maximum(int bits, PoolingShape shape, float[] x, bool keepsPositions, int rows = int.MaxValue)
    {
        var images = x.Length / (int)shape.InputFloats;
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var output = new GuardedBuffer<float>(images * (int)shape.OutputFloats);
        using var positions = new GuardedBuffer<float>(images * (int)shape.OutputFloats);
        Pieces<MaxPooling>(bits, images, shape.Rows.Outputs, rows, new PoolingArguments { Shape = shape, Input = input.Pointer, Output = output.Pointer, Positions = keepsPositions ? positions.Pointer : null });
        return (output.Span.ToArray(), positions.Span.ToArray());
    }

    private static float[] Average(int bits, PoolingShape shape, float[] x, PoolingDivisor divisor, int rows = int.MaxValue)
    {
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var output = new GuardedBuffer<float>(Images * (int)shape.OutputFloats);
        Pieces<AveragePooling>(bits, Images, shape.Rows.Outputs, rows, new PoolingArguments { Shape = shape, Input = input.Pointer, Output = output.Pointer, Divisor = divisor });
        return output.Span.ToArray();
    }

    private static float[] Backward<TKernel>(int bits, PoolingShape shape, float[] dy, float[]? positions, PoolingDivisor divisor, int rows = int.MaxValue)
        where TKernel : struct, IKernel<PoolingArguments>
    {
        using var cotangent = GuardedBuffer.EndingAtGuard(dy);
        using var places = GuardedBuffer.EndingAtGuard(positions ?? []);
        using var gradient = new GuardedBuffer<float>(Images * (int)shape.InputFloats);
        Pieces<TKernel>(bits, Images, shape.Rows.Size, rows, new PoolingArguments { Shape = shape, Input = gradient.Pointer, Output = cotangent.Pointer, Positions = places.Pointer, Divisor = divisor });
        return gradient.Span.ToArray();
    }

    /// <summary>Runs all images at once, or image by image in blocks of rows.</summary>
    private static void Pieces<TKernel>(int bits, int images, int height, int rows, PoolingArguments arguments)
        where TKernel : struct, IKernel<PoolingArguments>
    {
        var step = rows == int.MaxValue ? images : 1;
        for (var image = images - step; image >= 0; image -= step)
        {
            for (var row = 0; row < height; row += rows == int.MaxValue ? height : rows)
            {
                (arguments.FirstImage, arguments.EndImage, arguments.FirstRow) = (image, image + step, row);
                arguments.EndRow = rows == int.MaxValue ? height : Math.Min(height, row + rows);
                Run.Kernel<TKernel, PoolingArguments>(bits, ref arguments);
            }
        }
    }
}
