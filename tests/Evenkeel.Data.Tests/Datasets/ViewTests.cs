using Evenkeel.Data.Datasets;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Datasets;

public sealed class ViewTests
{
    [Fact]
    public void A_subset_of_a_subset_reads_the_original_samples()
    {
        var view = Counting(10).Subset([7, 3, 3]).Subset([2, 0]);
        Assert.Equal([3, 7], Identities(view));
        Assert.Equal([3, 7], new[] { view.ReadLabel(0), view.ReadLabel(1) });
    }

    [Fact]
    public void Take_and_split_keep_the_order()
    {
        Assert.Equal([0, 1, 2], Identities(Counting(5).Take(3)));
        var (first, second) = Counting(5).Split(3);
        Assert.Equal([0, 1, 2], Identities(first));
        Assert.Equal([3, 4], Identities(second));
    }

    [Fact]
    public void A_hold_out_is_a_partition_in_original_order_that_the_seed_decides()
    {
        var (rest, held) = Counting(1000).HoldOut(100, 5);
        var (restAgain, heldAgain) = Counting(1000).HoldOut(100, 5);
        Assert.Equal(100, held.Count);
        Assert.Equal(Identities(held), Identities(heldAgain));
        Assert.Equal(Identities(rest), Identities(restAgain));
        Assert.Equal(Enumerable.Range(0, 1000), Identities(rest).Concat(Identities(held)).Order());
        Assert.Equal(Identities(held).Order(), Identities(held));
        Assert.NotEqual(Identities(held), Identities(Counting(1000).HoldOut(100, 6).Second));
    }

    [Fact]
    public void A_hold_out_takes_from_everywhere()
    {
        // 1,000 of 10,000: each tenth of the dataset gives 100 on average with a deviation of 9.
        var held = Identities(Counting(10_000).HoldOut(1000, 0).Second);
        for (var tenth = 0; tenth < 10; tenth++) Assert.InRange(held.Count(i => i / 1000 == tenth), 100 - 45, 100 + 45);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(-1)]
    public void Empty_parts_are_refused(int count)
    {
        Refused<DatasetException>("EK0310", () => Counting(10).HoldOut(count, 0), "1..9");
        Refused<DatasetException>("EK0310", () => Counting(10).Split(count));
    }

    [Fact]
    public void Views_of_samples_that_are_not_there_are_refused()
    {
        Refused<DatasetException>("EK0309", () => Counting(10).Subset([10]), "0..9");
        Refused<DatasetException>("EK0309", () => Counting(10).Subset([1, 2]).Subset([2]), "0..1");
        Refused<DatasetException>("EK0309", () => Counting(10).Take(11));
        Refused<DatasetException>("EK0309", () => Counting(10).Take(0));
    }

    private static int[] Identities(Dataset data) => Enumerable.Range(0, data.Count).Select(i => (int)ReadFeatures(data, i)[0]).ToArray();
}
