using Evenkeel.Optimization.Schedules;
using Evenkeel.TestKit;

namespace Evenkeel.Optimization.Tests.Schedules;

public sealed class PlateauScheduleTests
{
    [Theory]
    [InlineData("loss")]
    [InlineData("cooldown")]
    [InlineData("accuracy")]
    public void Rates_fall_where_those_of_pytorch_fall(string name)
    {
        var golden = Golden.Load("plateau");
        var (measured, rates, options) = (golden[$"{name}.measured"], golden[$"{name}.rates"], golden[$"{name}.options"]);
        if (name == "cooldown") (measured[9], measured[20]) = (double.NaN, double.PositiveInfinity);
        var schedule = new PlateauSchedule(0.1f, (float)options[1], (int)options[2], (float)options[3], (int)options[4], (float)options[5]);
        var memory = default(ScheduleMemory);
        for (var i = 0; i < measured.Length; i++)
        {
            memory = schedule.Heed(memory, measured[i], options[0] > 0);
            Assert.Equal(rates[i], schedule.LearningRateAt(i, memory), 1e-6 * rates[i]);
        }

        Assert.True(memory.Reductions >= 3);
        Assert.Equal(0.1f, schedule.LearningRateAt(0));
    }

    [Fact]
    public void A_warm_up_climbs_to_the_rate_that_is_left()
    {
        var (own, wrapped) = (new PlateauSchedule(0.5f, 0.5f, patience: 0, warmup: 4), new WarmupSchedule(new PlateauSchedule(0.5f, 0.5f, patience: 0), 4));
        var memory = own.Heed(own.Heed(default, 1, false), 1, false);
        Assert.Equal(memory, wrapped.Heed(wrapped.Heed(default, 1, false), 1, false));
        Assert.Equal(new ScheduleMemory(1, 1, 0, 0), memory);
        for (var commit = 0; commit < 6; commit++) Assert.Equal(0.25f * Math.Min(4, commit + 1) / 4, own.LearningRateAt(commit, memory));
        for (var commit = 0; commit < 6; commit++) Assert.Equal(own.LearningRateAt(commit, memory), wrapped.LearningRateAt(commit, memory));
        Assert.True(own.HeedsValidations && wrapped.HeedsValidations && !new ConstantSchedule(1).HeedsValidations);
        Assert.Equal(0.5f, new ConstantSchedule(0.5f).LearningRateAt(3, memory));
        Assert.Equal(memory, new ConstantSchedule(0.5f).Heed(memory, 0, true));
        Assert.Equal("plateau(rate 0.5, factor 0.5, patience 0, threshold 0.0001, cooldown 0, minimum rate 0, warm-up 4)", own.ToString());
    }
}
