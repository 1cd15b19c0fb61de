using Evenkeel.Numerics.Kernels.Pooling;
using Evenkeel.Numerics.Randomness;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Pooling;

public sealed class FractionalRegionsTests
{
    public static TheoryData<int, int, bool> Sizes => new()
    {
        { 25, 17, false }, { 25, 17, true }, { 36, 25, false }, { 36, 25, true }, { 8, 4, false }, { 8, 4, true },
        { 8, 8, false }, { 7, 5, true }, { 2, 1, false }, { 2, 1, true }, { 100, 70, false }, { 100, 70, true },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Pseudo_random_regions_are_those_of_the_paper(int size, int outputs, bool overlaps)
    {
        var regions = new FractionalRegions(size, size, 3, outputs, outputs, FractionalSequence.PseudoRandom, overlaps);
        Assert.True(regions.IsPossible);
        var shape = regions.Regular();
        Same(Book.PoolingWindows.Fractional(size, outputs, 0.5, overlaps), shape.Rows);
        var stream = new RandomStream(1, "pool");
        for (var sample = 0; sample < 20; sample++)
        {
            regions.Draw(shape, stream, sample, 6);
            var first = (ulong)(sample * 2 * outputs);
            Same(Book.PoolingWindows.Fractional(size, outputs, (stream.Word(first, 6) >> 8) * Math.ScaleB(1, -24), overlaps), shape.Rows);
            Same(Book.PoolingWindows.Fractional(size, outputs, (stream.Word(first + (ulong)outputs, 6) >> 8) * Math.ScaleB(1, -24), overlaps), shape.Columns);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Random_regions_have_the_same_steps_in_any_order(int size, int outputs, bool overlaps)
    {
        var regions = new FractionalRegions(size, size, 1, outputs, outputs, FractionalSequence.Random, overlaps);
        var shape = regions.Regular();
        var length = overlaps ? size - 1 : size;
        var seen = new HashSet<string>();
        var doubles = new int[outputs];
        const int Draws = 400;
        for (var sample = 0; sample < Draws; sample++)
        {
            regions.Draw(shape, new RandomStream(2, "pool"), sample, 0);
            var steps = Enumerable.Range(0, outputs).Select(i => (i + 1 < outputs ? shape.Rows.Starts[i + 1] : length) - shape.Rows.Starts[i]).ToArray();
            Assert.Equal(0, shape.Rows.Starts[0]);
            Assert.Equal(size, shape.Rows.Ends[^1]);
            Assert.Equal(length - outputs, steps.Count(static step => step == 2));
            Assert.Equal((2 * outputs) - length, steps.Count(static step => step == 1));
            for (var i = 0; i < outputs; i++) doubles[i] += steps[i] == 2 ? 1 : 0;
            seen.Add(string.Join(',', steps));
        }

        // Every order is as likely: each place has a step of two as often as any other.
        var share = (double)(length - outputs) / outputs;
        Assert.All(doubles, count => Assert.Equal(share, (double)count / Draws, (5 * Math.Sqrt(share * (1 - share) / Draws)) + 1e-9));
        Assert.True(seen.Count > 100 || outputs <= 8);
    }

    [Fact]
    public void Every_input_knows_the_drawn_regions_that_see_it()
    {
        foreach (var overlaps in new[] { false, true })
        {
            var regions = new FractionalRegions(13, 11, 1, 9, 8, FractionalSequence.Random, overlaps);
            var shape = regions.Regular();
            for (var attempt = 0; attempt < 10; attempt++)
            {
                regions.Draw(shape, new RandomStream(3, "pool"), 0, attempt);
                foreach (var axis in new[] { shape.Rows, shape.Columns })
                {
                    for (var input = 0; input < axis.Size; input++)
                    {
                        Assert.True(axis.EndOutputs[input] > axis.FirstOutputs[input]);
                        for (var output = 0; output < axis.Outputs; output++)
                            Assert.Equal(axis.Starts[output] <= input && input < axis.Ends[output], axis.FirstOutputs[input] <= output && output < axis.EndOutputs[input]);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(8, 3, false)]
    [InlineData(8, 9, false)]
    [InlineData(8, 8, true)]
    [InlineData(1, 1, true)]
    [InlineData(4, 0, false)]
    public void Other_numbers_of_regions_do_not_fit(int size, int outputs, bool overlaps) =>
        Assert.False(new FractionalRegions(size, size, 1, outputs, outputs, FractionalSequence.Random, overlaps).IsPossible);

    private static void Same(Book.PoolingWindows expected, PoolingAxis axis)
    {
        Assert.Equal(expected.Windows.Select(static window => window.Start), axis.Starts.ToArray());
        Assert.Equal(expected.Windows.Select(static window => window.End), axis.Ends.ToArray());
    }
}
