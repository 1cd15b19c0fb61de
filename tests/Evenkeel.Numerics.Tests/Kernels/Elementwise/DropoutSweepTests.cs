using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Randomness;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Elementwise;

public sealed unsafe class DropoutSweepTests
{
    private static readonly RandomStream Stream = new(42, "dropout");

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_mask_is_that_of_the_stream_whatever_the_pieces(int bits)
    {
        foreach (var (rows, columns) in new[] { (1, 1), (3, 5), (7, 17), (2, 64), (5, 131), (3, 1031) })
        {
            foreach (var rate in new[] { 0f, 0.1f, 0.5f, 0.999f })
            {
                const ulong Attempt = 0x1_0000_0007;
                var x = new SeededRandom(1).Floats(rows * columns);
                var kept = new bool[x.Length];
                for (var i = 0; i < x.Length; i++) kept[i] = Stream.Word((ulong)i, Attempt) >= (uint)(rate * 4294967296.0);
                var expected = Book.Dropout.Apply(Expect.Widen(x), kept, 1 - (double)rate);

                var (whole, mask) = Apply(bits, x, columns, rate, Attempt, [new(0, rows, 0, columns)]);
                Expect.CloseEach(expected, whole, Tolerances.FloatArithmetic);
                for (var i = 0; i < x.Length; i++) Assert.Equal(kept[i], mask[i] != 0);

                var (half, third) = (rows / 2, columns / 3);
                var (pieces, again) = Apply(bits, x, columns, rate, Attempt, [new(half, rows, third, columns), new(0, rows, 0, third), new(0, half, third, columns)]);
                Expect.SameBits<float>(whole, pieces);
                Expect.SameBits<float>(mask, again);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Rows_of_a_sample_share_their_mask_and_channels_may_too(int bits)
    {
        foreach (var (samples, rowsPerSample, columns) in new[] { (1, 1, 1), (3, 4, 5), (2, 9, 17), (5, 3, 131) })
        {
            foreach (var sharesChannels in new[] { false, true })
            {
                var rows = samples * rowsPerSample;
                var x = new SeededRandom(2).Floats(rows * columns);
                var kept = new bool[x.Length];
                for (var i = 0; i < x.Length; i++)
                {
                    var sample = i / columns / rowsPerSample;
                    kept[i] = Stream.Word((ulong)(sharesChannels ? sample : (sample * columns) + (i % columns)), 3) >= 0x8000_0000;
                }

                var (whole, mask) = Apply(bits, x, columns, 0.5f, 3, [new(0, rows, 0, columns)], rowsPerSample, sharesChannels);
                Expect.CloseEach(Book.Dropout.Apply(Expect.Widen(x), kept, 0.5), whole, Tolerances.FloatArithmetic);
                var (half, third) = (rows / 2, columns / 3);
                var (pieces, again) = Apply(bits, x, columns, 0.5f, 3, [new(half, rows, third, columns), new(0, rows, 0, third), new(0, half, third, columns)], rowsPerSample, sharesChannels);
                Expect.SameBits<float>(whole, pieces);
                Expect.SameBits<float>(mask, again);
            }
        }
    }

    [Fact]
    public void The_share_kept_and_the_mean_are_right_and_attempts_differ()
    {
        const int Count = 200_000;
        const float Rate = 0.3f;
        float[] ones = [.. Enumerable.Repeat(1f, Count)];
        var (_, first) = Apply(PackWidths.Widest, ones, Count, Rate, 1, [new(0, 1, 0, Count)]);
        var (_, second) = Apply(PackWidths.Widest, ones, Count, Rate, 2, [new(0, 1, 0, Count)]);

        // Five standard deviations of a binomial share.
        var allowed = 5 * Math.Sqrt(0.3 * 0.7 / Count);
        Assert.InRange(first.Count(m => m == 0) / (double)Count, Rate - allowed, Rate + allowed);
        Assert.Equal(1, first.Average(m => (double)m), 5 * Math.Sqrt(0.3 / 0.7 / Count));
        Assert.InRange(first.Zip(second).Count(p => p.First == p.Second) / (double)Count, 0.58 - (2 * allowed), 0.58 + (2 * allowed));
    }

    [Fact]
    public void Runs_of_words_are_the_blocks_of_the_generator()
    {
        var words = stackalloc uint[4 * 23];
        foreach (var (block, row, key) in new[] { (0UL, 0UL, 0UL), (0xFFFF_FFFEUL, 0xFFFF_FFFF_FFFF_FFFFUL, 0x1234_5678_9ABC_DEF0UL), (7UL, 1UL << 40, ulong.MaxValue) })
        {
            PhiloxMask.Words(words, block, 23, row, key);
            for (var i = 0; i < 23; i++) Assert.Equal(Philox.Block(block + (ulong)i, row, key), (words[4 * i], words[(4 * i) + 1], words[(4 * i) + 2], words[(4 * i) + 3]));
        }
    }

    private static (float[] Output, float[] Mask) Apply(int bits, float[] x, int columns, float rate, ulong attempt, Window[] pieces, int sharedRows = 1, bool sharesChannels = false)
    {
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var output = new GuardedBuffer<float>(x.Length);
        using var mask = new GuardedBuffer<float>(x.Length);
        foreach (var piece in pieces)
        {
            var arguments = new DropoutSweepArguments
            {
                Input = input.Pointer,
                Output = output.Pointer,
                Mask = mask.Pointer,
                Stride = columns,
                Window = piece,
                Key = Stream.Key,
                Attempt = attempt,
                Rate = rate,
                SharedRows = sharedRows,
                SharesChannels = sharesChannels,
            };
            Run.Kernel<DropoutSweep, DropoutSweepArguments>(bits, ref arguments);
        }

        return (output.Span.ToArray(), mask.Span.ToArray());
    }
}
