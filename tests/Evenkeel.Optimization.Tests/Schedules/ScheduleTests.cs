using Evenkeel.Optimization.Schedules;

namespace Evenkeel.Optimization.Tests.Schedules;

public sealed class ScheduleTests
{
    /// <summary>The schedule computes in double and rounds once: half a unit in the last place of a rate near 1.</summary>
    private const double OneRounding = 6e-8;

    [Theory]
    [InlineData(0.5f, 1000L, 50L, 0f)]
    [InlineData(0.5f, 1000L, 0L, 0.01f)]
    [InlineData(1e-3f, 7L, 7L, 0f)]
    [InlineData(1f, 1L, 0L, 0f)]
    public void Cosine_follows_the_book_at_every_commit(float rate, long commits, long warmup, float floor)
    {
        var schedule = new CosineSchedule(rate, commits, warmup, floor);
        for (var commit = 0L; commit < commits + 3; commit++)
            Assert.Equal(Reference.CosineSchedule.Rate(commit, rate, commits, warmup, floor), schedule.LearningRateAt(commit), OneRounding * rate);
    }

    [Fact]
    public void Cosine_climbs_to_the_rate_and_falls_to_the_floor()
    {
        var schedule = new CosineSchedule(0.4f, 100, 10, 0.1f);
        Assert.Equal(0.04f, schedule.LearningRateAt(0));
        Assert.Equal(0.4f, schedule.LearningRateAt(9));
        Assert.Equal(0.4f, schedule.LearningRateAt(10));
        Assert.Equal(0.25f, schedule.LearningRateAt(55), 1e-6f);
        Assert.Equal(0.1f, schedule.LearningRateAt(100));
        Assert.Equal(0.1f, schedule.LearningRateAt(long.MaxValue));
    }

    [Theory]
    [InlineData(0.5f, 10L, 1f, 0f)]
    [InlineData(0.5f, 10L, 2f, 0.1f)]
    [InlineData(1e-3f, 7L, 1.5f, 0f)]
    public void Cosine_with_restarts_follows_the_book_at_every_commit(float rate, long period, float growth, float floor)
    {
        var schedule = new CosineRestartsSchedule(rate, period, growth, floor);
        for (var commit = 0L; commit < 200; commit++)
            Assert.Equal(Reference.CosineSchedule.WithRestarts(commit, rate, period, growth, floor), schedule.LearningRateAt(commit), OneRounding * rate);
        Assert.Equal(rate, schedule.LearningRateAt(period));
        _ = schedule.LearningRateAt(long.MaxValue);
    }

    [Fact]
    public void Restarts_of_the_table_fill_the_run_with_three_periods()
    {
        var schedule = Assert.IsType<CosineRestartsSchedule>(ScheduleTable.Create("cosine_restarts", 0.1f, 700));
        Assert.Equal(100, schedule.Period);
        Assert.Equal([0.1f, 0.1f, 0.1f], new[] { 0L, 100, 300 }.Select(schedule.LearningRateAt));
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new CosineRestartsSchedule(0.1f, 0)).Code);
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new CosineRestartsSchedule(0.1f, 5, 0.5f)).Code);
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new CosineRestartsSchedule(0.1f, 5, 2, 0.2f)).Code);
    }

    [Fact]
    public void Constant_never_changes()
    {
        var schedule = new ConstantSchedule(0.1f);
        Assert.Equal(0.1f, schedule.LearningRateAt(0));
        Assert.Equal(0.1f, schedule.LearningRateAt(long.MaxValue));
    }

    [Fact]
    public void A_negative_commit_has_no_rate()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(0.1f).LearningRateAt(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(0.1f, 10).LearningRateAt(-1));
    }

    [Fact]
    public void The_usual_warmup_is_a_twentieth_and_at_most_a_thousand()
    {
        Assert.Equal(0, CosineSchedule.UsualWarmup(2));
        Assert.Equal(50, CosineSchedule.UsualWarmup(1000));
        Assert.Equal(1000, CosineSchedule.UsualWarmup(50_000));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_rate_that_is_not_above_zero_and_finite_is_refused(float rate)
    {
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new ConstantSchedule(rate)).Code);
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new CosineSchedule(rate, 10)).Code);
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_refused_with_what_was_expected()
    {
        var error = Assert.Throws<OptimizationException>(() => new CosineSchedule(0.1f, 10, 11));
        Assert.Equal("EK0801", error.Code);
        Assert.Contains("[cosine schedule] got warm-up 11, but expected 0 to 10.", error.Message);
        Assert.Contains("at least 1", Assert.Throws<OptimizationException>(() => new CosineSchedule(0.1f, 0)).Message);
        Assert.Contains("floor", Assert.Throws<OptimizationException>(() => new CosineSchedule(0.1f, 10, 0, 0.2f)).Message);
    }

    [Fact]
    public void The_table_makes_every_schedule_under_its_own_name()
    {
        Assert.Equal(["constant", "cosine", "cosine_restarts", "exponential"], ScheduleTable.Names.Take(4));
        foreach (var name in ScheduleTable.Names.Where(static name => name != "linear_of_a_test"))
            Assert.Equal(name, ScheduleTable.Create(name, 0.1f, 100).Name);
        Assert.Equal(5, Assert.IsType<CosineSchedule>(ScheduleTable.Create("cosine", 0.1f, 100)).Warmup);
    }

    [Fact]
    public void An_unknown_schedule_is_refused_with_the_name_that_was_meant()
    {
        var error = Assert.Throws<OptimizationException>(() => ScheduleTable.Create("cosin", 0.1f, 100));
        Assert.Equal("EK0803", error.Code);
        Assert.Contains("there is no schedule 'cosin'. Did you mean 'cosine'?", error.Message);
    }

    [Fact]
    public void Schedules_of_users_join_the_table_once()
    {
        ScheduleTable.Register("linear_of_a_test", static (rate, _) => new ConstantSchedule(rate));
        Assert.Equal(0.3f, ScheduleTable.Create("linear_of_a_test", 0.3f, 1).LearningRateAt(0));
        Assert.Equal("EK0804", Assert.Throws<OptimizationException>(() => ScheduleTable.Register("cosine", static (rate, _) => new ConstantSchedule(rate))).Code);
    }
}
