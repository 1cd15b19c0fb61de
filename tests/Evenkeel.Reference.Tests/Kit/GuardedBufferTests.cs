using Evenkeel.TestKit;
using Xunit.Sdk;

namespace Evenkeel.Reference.Tests.Kit;

public unsafe class GuardedBufferTests
{
    public static TheoryData<int> Lengths => AwkwardSizes.All();

    [Theory, MemberData(nameof(Lengths))]
    public void A_buffer_ends_exactly_at_its_guard_or_begins_exactly_after_it(int length)
    {
        using GuardedBuffer<float> ending = new(length, atEnd: true), starting = new(length, atEnd: false);
        Assert.Equal(0, (nint)(ending.Pointer + length) % Environment.SystemPageSize);
        Assert.Equal(0, (nint)starting.Pointer % Environment.SystemPageSize);
        Assert.Equal(length, ending.Span.Length);
    }

    [Fact]
    public void A_new_buffer_is_full_of_NaN_and_a_copy_holds_its_values()
    {
        using GuardedBuffer<double> empty = new(33);
        Assert.All(empty.Span.ToArray(), v => Assert.True(double.IsNaN(v)));
        using GuardedBuffer<float> copy = GuardedBuffer.EndingAtGuard([1f, 2f, 3f]);
        Assert.Equal([1f, 2f, 3f], copy.Span.ToArray());
        Assert.True(copy.IsProtected);
    }

    [Fact]
    public void A_write_on_the_unguarded_side_is_noticed_on_disposal()
    {
        GuardedBuffer<float> buffer = new(5);
        buffer.Pointer[-1] = 0;
        Assert.Throws<XunitException>(buffer.Dispose);
        GuardedBuffer<float> starting = new(5, atEnd: false);
        starting.Pointer[5] = 0;
        Assert.Throws<XunitException>(starting.Dispose);
    }

    [Fact]
    public void A_disposed_buffer_gives_no_span()
    {
        GuardedBuffer<float> buffer = new(5);
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
    }

    [Theory]
    [InlineData("end")]
    [InlineData("start")]
    public void Reading_one_value_too_many_ends_the_process(string side)
    {
        ChildResult result = ChildProcess.Run(static args =>
        {
            bool atEnd = args[0] == "end";
            using GuardedBuffer<float> buffer = new(7, atEnd);
            Console.WriteLine($"inside {buffer.Pointer[0]} {buffer.Pointer[6]}");
            Console.Out.Flush();
            Console.WriteLine($"outside {buffer.Pointer[atEnd ? 7 : -1]}");
        }, [side]);
        Assert.Contains("inside", result.Output);
        Assert.DoesNotContain("outside", result.Output);
        Assert.NotEqual(0, result.ExitCode);
        // 1 would be an ordinary exception: the guard must stop what no handler can.
        Assert.NotEqual(1, result.ExitCode);
    }
}
