using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Reduction;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.Reduction;

public sealed unsafe class ReductionTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void Column_sums_are_those_in_double(int bits)
    {
        foreach (var (rows, columns) in AwkwardSizes.RowChannelPairs.Append((0, 17)))
        {
            var x = new SeededRandom((ulong)(rows + columns)).Floats(rows * columns, 1);
            double[] expected = new double[columns], scale = new double[columns];
            for (var i = 0; i < x.Length; i++) (expected[i % columns], scale[i % columns]) = (expected[i % columns] + x[i], scale[i % columns] + Math.Abs(x[i]));
            using var input = new StridedMatrix(rows, columns, 3, x);
            using var sums = new GuardedBuffer<float>(columns);
            foreach (var (first, end) in new[] { (0, columns / 2), (columns / 2, columns) })
            {
                var arguments = new ColumnSumsArguments { Input = input.Pointer, Stride = input.Stride, Window = new Window(0, rows, first, end), Output = sums.Pointer };
                Run.Kernel<ColumnSums, ColumnSumsArguments>(bits, ref arguments);
            }

            Expect.CloseScaled(expected, sums.Span, Tolerances.FloatSum(128), scale, $"[{rows}, {columns}]");

            // Rows in two parts, the second added to the first.
            foreach (var (first, end, isFirst) in new[] { (0, rows / 3, true), (rows / 3, rows, false) })
            {
                var arguments = new ColumnSumsArguments { Input = input.Pointer, Stride = input.Stride, Window = new Window(first, end, 0, columns), Output = sums.Pointer, Accumulate = !isFirst };
                Run.Kernel<ColumnSums, ColumnSumsArguments>(bits, ref arguments);
            }

            Expect.CloseScaled(expected, sums.Span, Tolerances.FloatSum(128), scale, $"[{rows}, {columns}] in two parts");
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_column_of_small_numbers_behind_a_large_one_keeps_them(int bits)
    {
        // 2^24 + 1 - 2^24 in float would be 0 or 2; blocks folded into double keep every 1 that no block rounds away.
        const int Rows = 4096;
        var x = Enumerable.Repeat(1f, Rows).ToArray();
        (x[0], x[200]) = (1 << 20, -(1 << 20));
        var sum = float.NaN;
        fixed (float* p = x)
        {
            var arguments = new ColumnSumsArguments { Input = p, Stride = 1, Window = new Window(0, Rows, 0, 1), Output = &sum };
            Run.Kernel<ColumnSums, ColumnSumsArguments>(bits, ref arguments);
        }

        Assert.Equal(Rows - 2, sum);
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_probe_gives_the_norm_and_sees_every_bad_value(int bits)
    {
        foreach (var count in AwkwardSizes.Values.Concat([4095, 4096, 4097, 10_007]))
        {
            var g = new SeededRandom((ulong)count).Floats(count);
            using var values = GuardedBuffer.EndingAtGuard(g);
            var arguments = Probe(bits, values);
            Assert.True(arguments.IsFinite);
            Expect.Close(g.Sum(v => (double)v * v), arguments.SumOfSquares, Tolerances.FloatSum(4096), $"{count}");
            foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                for (var at = 0; at < count; at += Math.Max(1, count / 70))
                {
                    var kept = values.Span[at];
                    values.Span[at] = bad;
                    Assert.False(Probe(bits, values).IsFinite, $"{bad} at {at} of {count}");
                    values.Span[at] = kept;
                }
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Numbers_whose_squares_overflow_are_still_finite(int bits)
    {
        using var values = GuardedBuffer.EndingAtGuard([1f, float.MaxValue, -1e30f]);
        var arguments = Probe(bits, values);
        Assert.True(arguments.IsFinite);
        Assert.True(arguments.SumOfSquares > 1e38);
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Parts_are_added_in_their_order(int bits)
    {
        foreach (var length in AwkwardSizes.Values)
        {
            foreach (var count in new[] { 1, 2, 7 })
            {
                var stride = length + 3;
                var data = new SeededRandom((ulong)length).Floats(Math.Max(0, ((count - 1) * stride) + length));
                using var parts = GuardedBuffer.EndingAtGuard(data);
                using var sums = new GuardedBuffer<float>(length);
                var arguments = new PartSumsArguments { Parts = parts.Pointer, Stride = stride, Count = count, Output = sums.Pointer, Rows = 1, Length = length };
                Run.Kernel<PartSums, PartSumsArguments>(bits, ref arguments);
                for (var i = 0; i < length; i++)
                {
                    var sum = data[i];
                    for (var part = 1; part < count; part++) sum += data[(part * stride) + i];
                    Assert.Equal(sum, sums.Span[i]);
                }
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Parts_of_several_rows_are_added_row_by_row_and_gaps_stay_untouched(int bits)
    {
        const int rows = 3, count = 4;
        foreach (var length in new[] { 1, 15, 16, 36, 64, 65 })
        {
            var (rowStride, outputStride) = (length + 2, length + 5);
            var data = new SeededRandom((ulong)length).Floats(count * rows * rowStride);
            using var parts = GuardedBuffer.EndingAtGuard(data);
            using var sums = new GuardedBuffer<float>(rows * outputStride);
            var arguments = new PartSumsArguments { Parts = parts.Pointer, Stride = rows * rowStride, RowStride = rowStride, Count = count, Output = sums.Pointer, OutputStride = outputStride, Rows = rows, Length = length };
            Run.Kernel<PartSums, PartSumsArguments>(bits, ref arguments);
            for (var row = 0; row < rows; row++)
            {
                for (var i = 0; i < outputStride; i++)
                {
                    var sum = float.NaN;
                    for (var part = 0; i < length && part < count; part++)
                    {
                        var value = data[(((part * rows) + row) * rowStride) + i];
                        sum = part == 0 ? value : sum + value;
                    }

                    Assert.Equal(sum, sums.Span[(row * outputStride) + i]);
                }
            }
        }
    }

    private static GradientProbeArguments Probe(int bits, GuardedBuffer<float> values)
    {
        var arguments = new GradientProbeArguments { Values = values.Pointer, Count = values.Length };
        Run.Kernel<GradientProbe, GradientProbeArguments>(bits, ref arguments);
        return arguments;
    }
}
