using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.Elementwise;

public sealed unsafe class StridedCopyTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void Rows_arrive_as_they_are_and_nothing_between_them_is_touched(int bits)
    {
        foreach (var (rows, columns, sourceStride, destinationStride) in new[] { (3, 5, 5, 5), (3, 5, 9, 5), (4, 17, 17, 23), (2, 64, 65, 70), (1, 1, 4, 4), (7, 33, 40, 33), (0, 4, 4, 9), (5, 12, 12, 48) })
        {
            var data = new SeededRandom(3).Floats(Math.Max(0, ((rows - 1) * sourceStride) + columns));
            if (data.Length > 0) data[0] = float.NaN;
            using var source = GuardedBuffer.EndingAtGuard(data);
            using var destination = new GuardedBuffer<float>(Math.Max(0, ((rows - 1) * destinationStride) + columns));
            destination.Span.Fill(-7);
            var arguments = new StridedCopyArguments { Source = source.Pointer, SourceStride = sourceStride, Destination = destination.Pointer, DestinationStride = destinationStride, Rows = rows, Columns = columns };
            Run.Kernel<StridedCopy, StridedCopyArguments>(bits, ref arguments);
            for (var i = 0; i < destination.Length; i++)
            {
                var (row, column) = (i / destinationStride, i % destinationStride);
                Assert.Equal(column < columns ? data[(row * sourceStride) + column] : -7, destination.Span[i]);
            }
        }
    }
}
