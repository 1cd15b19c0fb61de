using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Trials;
using Evenkeel.TestKit;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class TwoClockTrialTests
{
    private static readonly TwoClockTrial Trial = new() { Period = 2, Units = 12, Message = 3, BatchSize = 6, Rate = 0.01f, Batches = 60, Checkpoints = 2, TestBatches = 4, Seed = 1 };

    [Theory]
    [InlineData("fast.hidden_layer.weight")]
    [InlineData("fast.weight_hh_l0")]
    [InlineData("fast.output_weight")]
    public void Together_the_fast_network_gets_the_gradient_of_both_losses(string name)
    {
        var trial = Trial with { Together = true, Rate = 0 };
        var data = Small.Digits.Training;
        using var clocks = new TwoClocks(trial, data.Shape.Length);
        var indices = Enumerable.Range(0, trial.BatchSize * trial.Steps).Select(static i => i * 7 % 240).ToArray();
        double Loss(bool learns)
        {
            var scores = new ClockScores();
            clocks.Run(data, indices, learns, scores);
            return (scores.Fast.Loss * trial.Steps) + (scores.Slow.Loss * trial.Period);
        }

        Loss(learns: true);
        var (weights, gradient) = (clocks.Fast.Model.Parameters[name], clocks.Fast.Memory.Gradients[name].ToArray());
        var (first, direction) = (weights.ToArray(), new SeededRandom(5).Floats(gradient.Length));
        double At(float step)
        {
            weights.CopyFrom([.. first.Select((value, i) => value + (step * direction[i]))]);
            return Loss(learns: false);
        }

        const float step = 1e-3f;
        var expected = gradient.Zip(direction, static (g, d) => (double)g * d).Sum();
        Assert.True(Math.Abs(expected) > 0.02, FormattableString.Invariant($"{expected} is too small to tell"));
        Assert.Equal(expected, (At(step) - At(-step)) / (2 * step), 0.02 * Math.Abs(expected) + 1e-3);
    }

    [Fact]
    public void Apart_they_report_what_they_report_together()
    {
        // Without learning, one window of four steps is four windows of one.
        var (data, indices) = (Small.Digits.Test, Enumerable.Range(0, 24).ToArray());
        ClockScores Score(bool together)
        {
            using var clocks = new TwoClocks(Trial with { Together = together, Synthetic = !together }, data.Shape.Length);
            var scores = new ClockScores();
            clocks.Run(data, indices, learns: false, scores);
            return scores;
        }

        var (together, apart) = (Score(true), Score(false));
        Assert.Equal(together.Fast.Loss, apart.Fast.Loss, 1e-5);
        Assert.Equal(together.Slow.Loss, apart.Slow.Loss, 1e-5);
        Assert.Equal((together.Fast.Accuracy, together.Slow.Accuracy), (apart.Fast.Accuracy, apart.Slow.Accuracy));
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void Both_networks_learn_to_count(bool together, bool synthetic, bool conditioned)
    {
        var series = Run(Trial with { Together = together, Synthetic = synthetic, Conditioned = conditioned });
        Assert.Equal([120.0, 240.0], series["step"]);
        Assert.Equal([0.0], series["refused"]);

        // Five classes at first.
        Assert.True(series["fast_loss"][^1] < 0.9 * Math.Log(5) && series["slow_loss"][^1] < 0.9 * Math.Log(5), FormattableString.Invariant($"{series["fast_loss"][^1]} and {series["slow_loss"][^1]}"));
        Assert.Equal(series["fast_loss"][^1] + series["slow_loss"][^1], series["loss"][^1], 1e-12);
        Assert.Equal(synthetic, series["cosines"].All(static cosine => cosine != 0));
    }

    [Fact]
    public void Modules_of_which_no_share_is_used_change_nothing()
    {
        var few = Trial with { Batches = 10 };
        Assert.Equal(Run(few)["loss"], Run(few with { Synthetic = true, Share = 0 })["loss"]);
        Assert.NotEqual(Run(few)["loss"], Run(few with { Synthetic = true })["loss"]);
    }

    [Fact]
    public void Every_setting_is_in_the_key()
    {
        TwoClockTrial[] others =
        [
            Trial with { Period = 3 }, Trial with { Together = true }, Trial with { Synthetic = true }, Trial with { Conditioned = true }, Trial with { Share = 0.1f }, Trial with { Units = 8 }, Trial with { Message = 4 }, Trial with { BatchSize = 4 },
            Trial with { Rate = 1 }, Trial with { Batches = 4 }, Trial with { Checkpoints = 1 }, Trial with { TestBatches = 1 }, Trial with { Seed = 2 },
        ];
        Assert.Equal(others.Length + 1, others.Append(Trial).Select(static other => other.Key.Hash).Distinct().Count());
        Assert.Equal(others.Length, typeof(TwoClockTrial).GetProperties().Count(static property => property.CanWrite));
    }

    private static IReadOnlyDictionary<string, double[]> Run(TwoClockTrial trial) => trial.Run(new TrialContext(Small.Digits, static _ => { }, CancellationToken.None));
}
