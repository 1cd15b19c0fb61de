using Evenkeel.Optimization.Schedules;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference.LearningRates;

namespace Evenkeel.Optimization.Tests.Schedules;

public sealed class FurtherScheduleTests
{
    /// <summary>Computed in double and rounded once; repeated multiplication in the book adds a little.</summary>
    private const double OneRounding = 7e-8;

    [Theory]
    [InlineData(0.5f, 64L, 0L)]
    [InlineData(0.1f, 1000L, 50L)]
    [InlineData(1f, 3L, 1L)]
    public void Every_schedule_follows_the_book_at_every_commit(float rate, long commits, long warmup)
    {
        var milestones = StepSchedule.UsualMilestones(commits);
        Follows(new StepSchedule(rate, milestones, 0.2f, warmup), t => t < warmup ? Book.Warmup(t, rate, warmup) : Book.Step(t, rate, [.. milestones], 0.2f));
        foreach (var (power, floor) in new[] { (1f, 0f), (0.9f, 0.01f), (2f, 0f) })
        {
            var bottom = floor * rate;
            Follows(new PolynomialSchedule(rate, commits, power, warmup, bottom), t => t < warmup ? Book.Warmup(t, rate, warmup) : Book.Polynomial(t - warmup, rate, commits - warmup, power, bottom));
        }

        Follows(new ExponentialSchedule(rate, commits, 0.02f, warmup), t => t < warmup ? Book.Warmup(t, rate, warmup) : Book.Exponential(t - warmup, rate, commits - warmup, 0.02f));
        Follows(new OneCycleSchedule(rate, commits), t => Book.OneCycle(t, rate, commits, 0.3f, 0.04f, 4e-6f));
        Follows(new OneCycleSchedule(rate, commits, 0, 0.5f, 0), t => Book.OneCycle(t, rate, commits, 0, 0.5, 0));
        Follows(new TriangularSchedule(rate, commits), t => Book.Triangular(t, rate, commits, 0.23f, 0.2f, 0.07f));
        Follows(new TriangularSchedule(rate, commits, 1, 0, 0), t => Book.Triangular(t, rate, commits, 1, 0, 0));
        Follows(new WarmupSchedule(new CosineSchedule(rate, commits), warmup), t => t < warmup ? Book.Warmup(t, rate, warmup) : Reference.CosineSchedule.Rate(t - warmup, rate, commits));

        void Follows(Schedule schedule, Func<long, double> book)
        {
            for (var t = 0L; t < commits + 3; t++) Assert.True(Math.Abs(book(t) - schedule.LearningRateAt(t)) <= OneRounding * rate, $"{schedule} at {t}: {schedule.LearningRateAt(t)}, the book has {book(t)}");
        }
    }

    [Fact]
    public void Rates_are_those_of_PyTorch()
    {
        var golden = Golden.Load("schedules");
        foreach (var schedule in new Schedule[] { new StepSchedule(0.1f, [7, 12], 0.2f), new ExponentialSchedule(0.1f, 20), new PolynomialSchedule(0.1f, 20, power: 2), new OneCycleSchedule(0.1f, 20) }) Follows(schedule.Name, schedule);
        // Theirs begins at a share and ends behind it: a fifth, and 1 at the fifth of four steps.
        Follows("warmup", new WarmupSchedule(new ConstantSchedule(0.1f), 5));

        void Follows(string name, Schedule schedule)
        {
            var rates = golden[name];
            for (var i = 0; i < rates.Length; i++) Assert.True(Math.Abs(rates[i] - schedule.LearningRateAt(i)) <= 1e-6 * rates[i], $"{name} at {i}: {schedule.LearningRateAt(i)}, PyTorch has {rates[i]}");
        }
    }

    [Fact]
    public void The_milestones_of_the_paper_stand_at_a_half_and_three_quarters()
    {
        Assert.Equal(new long[] { 32_000, 48_000 }, StepSchedule.UsualMilestones(64_000).ToArray());
        Assert.Equal(new long[] { 1, 2 }, StepSchedule.UsualMilestones(2).ToArray());
        Assert.Equal(new long[] { 1 }, StepSchedule.UsualMilestones(1).ToArray());
    }

    [Fact]
    public void Rates_rise_and_fall_where_they_should()
    {
        var cycle = new OneCycleSchedule(1, 100);
        Assert.Equal(0.04f, cycle.LearningRateAt(0));
        Assert.Equal(1f, cycle.LearningRateAt(30));
        Assert.Equal(4e-6f, cycle.LearningRateAt(100));
        var triangle = new TriangularSchedule(10, 100);
        Assert.Equal(2f, triangle.LearningRateAt(0));
        Assert.Equal(10f, triangle.LearningRateAt(23));
        Assert.Equal(0.7f, triangle.LearningRateAt(long.MaxValue), 1e-6f);
        Assert.Equal(1e-3f, new ExponentialSchedule(0.1f, 100).LearningRateAt(100), 1e-8f);
        Assert.Equal(0.1f, new WarmupSchedule(new ConstantSchedule(0.1f), 5).LearningRateAt(long.MaxValue));
    }

    [Fact]
    public void Every_schedule_of_the_table_gives_finite_rates_for_short_and_long_runs()
    {
        foreach (var name in ScheduleTable.Names)
        {
            foreach (var commits in new[] { 1L, 2, 3, 19, 20, 100, 50_000 })
            {
                var schedule = ScheduleTable.Create(name, 0.1f, commits);
                foreach (var t in new[] { 0, commits / 2, commits - 1, commits, long.MaxValue }) Assert.InRange(schedule.LearningRateAt(t), 0, 0.3f);
                Assert.Throws<ArgumentOutOfRangeException>(() => schedule.LearningRateAt(-1));
            }
        }
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_refused_with_what_was_expected()
    {
        Refused("[step schedule] got milestone 5, but expected more than 5.", static () => new StepSchedule(0.1f, [5, 5]));
        Refused("[step schedule] got milestone 0, but expected at least 1.", static () => new StepSchedule(0.1f, [0]));
        Refused("[step schedule] got factor 0, but expected a number in (0, 1].", static () => new StepSchedule(0.1f, [5], 0));
        Refused("[step schedule] got warm-up -1", static () => new StepSchedule(0.1f, [5], warmup: -1));
        Refused("[polynomial schedule] got power 0", static () => new PolynomialSchedule(0.1f, 10, 0));
        Refused("[polynomial schedule] got floor 0.2", static () => new PolynomialSchedule(0.1f, 10, floor: 0.2f));
        Refused("[exponential schedule] got end 0", static () => new ExponentialSchedule(0.1f, 10, 0));
        Refused("[exponential schedule] got warm-up 10, but expected 0 to 9.", static () => new ExponentialSchedule(0.1f, 10, warmup: 10));
        Refused("[one-cycle schedule] got climb 1.5", static () => new OneCycleSchedule(0.1f, 10, 1.5f));
        Refused("[one-cycle schedule] got commits 0", static () => new OneCycleSchedule(0.1f, 0));
        Refused("[triangular schedule] got peak NaN", static () => new TriangularSchedule(0.1f, 10, float.NaN));
        Refused("[triangular schedule] got learning rate -1", static () => new TriangularSchedule(-1, 10));
        Refused("[plateau schedule] got factor 1, but expected a number in (0, 1).", static () => new PlateauSchedule(0.1f, 1));
        Refused("[plateau schedule] got patience -1, but expected 0 or more.", static () => new PlateauSchedule(0.1f, patience: -1));
        Refused("[plateau schedule] got threshold 1", static () => new PlateauSchedule(0.1f, threshold: 1));
        Refused("[plateau schedule] got cooldown -2", static () => new PlateauSchedule(0.1f, cooldown: -2));
        Refused("[plateau schedule] got minimum rate 0.2, but expected 0 to 0.1.", static () => new PlateauSchedule(0.1f, minimumRate: 0.2f));
        Refused("[warm-up schedule] got warm-up -1", static () => new WarmupSchedule(new ConstantSchedule(1), -1));

        static void Refused(string text, Func<Schedule> make)
        {
            var error = Assert.Throws<OptimizationException>(() => make());
            Assert.Equal("EK0801", error.Code);
            Assert.Contains(text, error.Message, StringComparison.Ordinal);
        }
    }
}
