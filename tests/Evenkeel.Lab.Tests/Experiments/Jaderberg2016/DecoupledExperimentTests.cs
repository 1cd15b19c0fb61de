using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Experiments.Jaderberg2016;
using Evenkeel.Lab.Tests.Support;

namespace Evenkeel.Lab.Tests.Experiments.Jaderberg2016;

public sealed class DecoupledExperimentTests
{
    [Fact]
    public void The_locks_are_those_of_the_paper()
    {
        var outcome = new Locks().Run(Small.Smoke());
        Assert.Equal(ExperimentVerdict.Confirmed, outcome.Verdict);
        Assert.Equal(["event 9, the last pass is event 8", "3 of 3", "12", "0 above, 6 of 6 below", "0"], outcome.Findings.Select(static finding => finding.Observed));
    }

    [Fact]
    public void The_papers_own_table_is_confirmed() =>
        Assert.Equal(ExperimentVerdict.Confirmed, Outcome.Conclude(DepthTable.Judged([[0.093, 0.020, 0.019, 0.022], [0.126, 0.018, 0.022, 0.019], [0.162, 0.018, 0.034, 0.017], [0.214, 0.018, 0.043, 0.016]])));

    [Fact]
    public void The_worst_depth_decides_and_each_part_can_fail()
    {
        bool?[] Parts(params double[][] errors) => [.. DepthTable.Judged(errors).Select(static finding => finding.Holds)];
        Assert.Equal([false, true, true, true], Parts([0.09, 0.02, 0.02, 0.02], [0.09, 0.02, 0.03, 0.02], [0.09, 0.02, 0.04, 0.02], [0.09, 0.02, 0.05, 0.02]));
        Assert.Equal([true, false, true, false], Parts([0.2, 0.02, 0.02, 0.02], [0.2, 0.02, 0.03, 0.03], [0.2, 0.02, 0.04, 0.031], [0.2, 0.02, 0.05, 0.036]));
        Assert.Equal([true, true, false, true], Parts([0.2, 0.02, 0.02, 0.02], [0.2, 0.02, 0.04, 0.02], [0.2, 0.02, 0.03, 0.02], [0.2, 0.02, 0.02, 0.02]));
    }

    [Fact]
    public void Only_the_full_budget_has_the_papers_size()
    {
        var full = DecoupledRuns.Trial(Budget.Full, Training.Decoupled.GradientSource.Synthetic, 4, 1, 500_000);
        Assert.Equal((256, 3e-5f, true), (full.BatchSize, full.Rate, full.ModuleUnits is null));
        var quick = DecoupledRuns.Trial(Budget.Quick, Training.Decoupled.GradientSource.Synthetic, 4, 1, 10);
        Assert.Equal((100, 3e-4f, false), (quick.BatchSize, quick.Rate, quick.ModuleUnits is null));
    }

    [Fact]
    public void Times_are_judged_by_the_sum_and_the_largest_of_the_delays()
    {
        bool?[] Parts(double locked, double pipeline, double late, double plain) => [.. AsynchronousSpeed.Judged(locked, pipeline, new(1, late, 0), new(1, plain, 0)).Select(static finding => finding.Holds)];
        Assert.Equal([true, true, true, true], Parts(44, 11, -0.1, -0.1));
        Assert.Equal([false, false, false, false], Parts(61, 21, 0.1, 0.1));
        Assert.Equal([false, false, true, false], Parts(39, 9, -0.1, 0));
    }
}
