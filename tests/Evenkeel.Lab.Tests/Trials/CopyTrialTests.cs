using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class CopyTrialTests
{
    private static readonly CopyTrial Trial = new() { Window = 2, Units = 16, BatchSize = 16, Rate = 0.01f, Windows = 600, Seed = 1 };

    [Fact]
    public void Within_one_window_it_learns_to_copy_a_bit()
    {
        var series = Run(Trial);
        Assert.InRange(series["solved"].Single(), 1, 600);
        Assert.Equal(series["solved_at"].Length, series["solved"].Single());
        Assert.Equal(series["solved_at"].Order(), series["solved_at"]);
        Assert.Equal([0.0], series["refused"]);
    }

    [Fact]
    public void The_same_settings_give_the_same_bits() => Assert.Equal(Run(Trial with { Synthetic = true })["bits"], Run(Trial with { Synthetic = true })["bits"]);

    [Fact]
    public void A_module_changes_nothing_before_sequences_are_longer_than_a_window()
    {
        // Two steps of a one-bit sequence are one window of two.
        var plain = Run(Trial);
        Assert.Equal(plain["solved_at"][0], Run(Trial with { Synthetic = true })["solved_at"][0]);
        Assert.NotEqual(plain["bits"], Run(Trial with { Synthetic = true })["bits"]);
    }

    [Fact]
    public void A_module_of_which_no_share_is_used_changes_nothing() => Assert.Equal(Run(Trial)["bits"], Run(Trial with { Synthetic = true, Share = 0 })["bits"]);

    [Fact]
    public void The_auxiliary_task_changes_nothing_before_sequences_are_longer_than_a_window()
    {
        var synthetic = Run(Trial with { Synthetic = true });
        Assert.Equal(synthetic["solved_at"][0], Run(Trial with { Synthetic = true, Auxiliary = true })["solved_at"][0]);
        Assert.NotEqual(synthetic["bits"], Run(Trial with { Synthetic = true, Auxiliary = true })["bits"]);
        Assert.Equal(Run(Trial)["bits"], Run(Trial with { Auxiliary = true })["bits"]);
    }

    [Fact]
    public void Repeated_bits_are_learnt_with_the_mark_of_their_end()
    {
        // Five steps are one window: start, bit, count, bit, end.
        var series = Run(Trial with { Repeats = true, Window = 5, Windows = 1500 });
        Assert.Equal(5, series["lengths"][0]);
        Assert.Equal(series["lengths"][^1], series["solved"].Single());
        Assert.Equal(series["solved_at"].Length, series["lengths"].Length);
        Assert.Equal([0.0], series["refused"]);
    }

    [Fact]
    public void Every_setting_is_in_the_key()
    {
        CopyTrial[] others =
        [
            Trial with { Repeats = true }, Trial with { Window = 3 }, Trial with { Synthetic = true }, Trial with { Auxiliary = true }, Trial with { Share = 0.1f }, Trial with { Units = 8 }, Trial with { BatchSize = 8 }, Trial with { Rate = 1 }, Trial with { Windows = 4 }, Trial with { Seed = 2 },
        ];
        Assert.Equal(others.Length + 1, others.Append(Trial).Select(static other => other.Key.Hash).Distinct().Count());
        Assert.Equal(others.Length, typeof(CopyTrial).GetProperties().Count(static property => property.CanWrite));
    }

    private static IReadOnlyDictionary<string, double[]> Run(CopyTrial trial) => trial.Run(new TrialContext(null, static _ => { }, CancellationToken.None));
}
