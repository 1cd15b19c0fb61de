using Evenkeel.Numerics.Memory;

namespace Evenkeel.Numerics.Tests.Memory;

public sealed unsafe class NativeBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(600_000)]
    public void A_buffer_is_zeroed_and_aligned_to_a_cache_line(long length)
    {
        using var buffer = new NativeBuffer(length);
        Assert.Equal(0, (nint)buffer.Pointer % 64);
        Assert.Equal(length, buffer.Span.Length);
        Assert.False(buffer.Span.ContainsAnyExcept(0f));
        buffer.Span.Fill(1f);
    }

    [Fact]
    public void A_negative_length_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NativeBuffer(-1));
}
