using System.Runtime.InteropServices;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class PerceptronTrialTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Looking_at_a_run_changes_none_of_its_bits(bool batchNorm)
    {
        var blind = new PerceptronTrial { BatchNorm = batchNorm, Rate = 0.5f, Deviation = 0.1f, Seed = 3, Steps = 6 };
        var seen = blind with { Probes = [1, 2, 3, 4, 5, 6], Checkpoints = [2, 4, 6] };
        Train(blind, out var first);
        var series = Train(seen, out var second);
        Assert.Equal(6, series["probe_step"].Length);
        Assert.Equal(3, series["accuracy"].Length);
        Assert.Equal(first, second);
        Train(blind with { Seed = 4 }, out var other);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void A_run_that_diverges_ends_early_and_its_last_accuracy_stands_for_the_rest()
    {
        var series = Train(new PerceptronTrial { BatchNorm = false, Rate = 1000, Deviation = 1, Seed = 1, Steps = 100_000, Checkpoints = [900, 1000, 99_000, 100_000] }, out _);
        Assert.Equal([1.0], series["diverged"]);
        Assert.Equal(4, series["accuracy"].Length);
        Assert.Equal(series["accuracy"][1], series["accuracy"][3]);
    }

    [Fact]
    public void Held_out_samples_stand_in_for_the_test_part()
    {
        var trial = new PerceptronTrial { BatchNorm = true, Rate = 0.5f, Deviation = 0.1f, Seed = 3, Steps = 4, Checkpoints = [4] };
        Train(trial, out var whole);
        var series = Train(trial with { HeldOut = 40 }, out var rest);
        Assert.NotEqual(whole, rest);
        Assert.Equal(series["accuracy"][0] * 40, Math.Round(series["accuracy"][0] * 40), 1e-9);
    }

    [Fact]
    public void Every_setting_is_in_the_key()
    {
        var trial = new PerceptronTrial { BatchNorm = false, Rate = 1, Deviation = 1, Seed = 1, Steps = 1 };
        PerceptronTrial[] others =
        [
            trial with { Pixels = PixelScale.Unit }, trial with { Samples = 5 }, trial with { HeldOut = 9 }, trial with { Normalization = BatchNormOptions.Default with { Scale = AffineParameter.Fixed(2) } },
            trial with { Dropout = 0.5f }, trial with { Optimizer = "adam" }, trial with { Momentum = 0.9f }, trial with { WeightDecay = 0.1f }, trial with { Hidden = [100] }, trial with { Activation = "tanh" }, trial with { BatchNorm = true }, trial with { Deviation = 2 },
            trial with { Rate = 2 }, trial with { BatchSize = 2 }, trial with { Steps = 2 }, trial with { Seed = 2 }, trial with { Checkpoints = [1] }, trial with { Probes = [1] },
        ];
        Assert.Equal(others.Length + 1, others.Append(trial).Select(static other => other.Key.Hash).Distinct().Count());

        // Every property that can be set, but for the dataset's name, whose content the queue adds.
        Assert.Equal(others.Length + 1, typeof(PerceptronTrial).GetProperties().Count(static property => property.CanWrite));
    }

    private static IReadOnlyDictionary<string, double[]> Train(PerceptronTrial trial, out byte[] weights)
    {
        var series = trial.Run(new TrialContext(Small.Digits, static _ => { }, CancellationToken.None), out var model);
        weights = MemoryMarshal.AsBytes(model.Parameters.Span).ToArray();
        return series;
    }
}
