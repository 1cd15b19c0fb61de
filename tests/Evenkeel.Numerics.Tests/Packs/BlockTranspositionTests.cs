using Evenkeel.Numerics.Packs;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Packs;

public sealed class BlockTranspositionTests
{
    [Fact]
    public unsafe void Every_small_block_is_transposed_and_nothing_else_is_touched()
    {
        for (var rows = 0; rows <= 19; rows++)
        {
            for (var columns = 0; columns <= 19; columns++)
            {
                var values = new SeededRandom(3).Floats(rows * columns);
                using var source = GuardedBuffer.EndingAtGuard(values);
                using var destination = new GuardedBuffer<float>(rows * columns);
                BlockTransposition.Copy(source.Pointer, columns, destination.Pointer, rows, rows, columns);
                for (var row = 0; row < rows; row++)
                {
                    for (var column = 0; column < columns; column++)
                        Assert.Equal(values[row * columns + column], destination.Span[column * rows + row]);
                }
            }
        }
    }
}
