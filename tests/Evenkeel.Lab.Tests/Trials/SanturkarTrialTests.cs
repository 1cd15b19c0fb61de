using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class SanturkarTrialTests
{
    private static readonly TrialContext Context = new(Small.Digits, static _ => { }, CancellationToken.None);

    private static readonly ConvolutionTrial Convolution = new() { Normalization = "batch-noisy", Samples = 200, EvaluationSamples = 50, Filters = [4, 6], BatchSize = 16, Steps = 12, Seed = 3, Checkpoints = [6, 12] };

    [Fact]
    public void Looking_changes_no_number_of_a_convolutional_run()
    {
        var (plain, watched) = (Convolution.Run(Context), (Convolution with { Probes = [0, 4, 8] }).Run(Context));
        foreach (var series in new[] { "accuracy", "test_accuracy", "train_loss", "refused" }) Assert.Equal(plain[series], watched[series]);
        Assert.Equal([0, 4, 8], watched["probe_step"]);
        foreach (var series in new[] { "gradient", "loss_low", "loss_high", "change_low", "change_high", "beta", "shift0", "cosine0", "norm0", "shift1", "cosine1", "norm1", "drift" })
        {
            Assert.Equal(3, watched[series].Length);
            Assert.All(watched[series], static value => Assert.True(double.IsFinite(value)));
        }

        Assert.True(watched["loss_high"].Zip(watched["loss_low"]).All(static pair => pair.First >= pair.Second));
        Assert.Equal(0, watched["drift"][0]);
        Assert.True(watched["drift"][1] > 0.05, "The noise draws other moments at every attempt.");
        Assert.Empty(plain["probe_step"]);
    }

    [Fact]
    public void VGG_of_any_width_trains_on_photographs_and_is_looked_at()
    {
        // Five poolings want 32 x 32 places at least.
        var random = new RandomStream(1, "photographs");
        (float[] Features, int Label)[] samples = [.. Enumerable.Range(0, 24).Select(i => (Enumerable.Range(0, 32 * 32 * 3).Select(place => random.Uniform((ulong)place, (ulong)i)).ToArray(), i % 3))];
        var photographs = Dataset.From(samples, [32, 32, 3], ["a", "b", "c"], "photographs");
        var trial = Convolution with { Architecture = Architecture.Vgg, Filters = [2, 3, 4, 4, 5, 5, 6, 6, 7, 7], Normalization = "batch", BatchSize = 8, Steps = 3, Checkpoints = [3], Probes = [1] };
        var series = trial.Run(new TrialContext(new DatasetParts("photographs", photographs, photographs, "made up"), static _ => { }, CancellationToken.None));
        Assert.True(double.IsFinite(series["train_loss"].Single()));
        Assert.True(double.IsFinite(series["shift0"].Single()) && double.IsFinite(series["beta"].Single()));
    }

    [Fact]
    public void Looking_changes_no_number_of_a_linear_run_and_the_loss_falls()
    {
        var trial = new LinearChainTrial { Normalization = "batch", Steps = 40, Seed = 2, Checkpoints = [0, 20, 39] };
        var (plain, watched) = (trial.Run(Context), (trial with { Probes = [0, 10] }).Run(Context));
        Assert.Equal(plain["loss"], watched["loss"]);
        Assert.Equal([0, 20, 39], plain["step"]);
        Assert.True(plain["loss"][2] < plain["loss"][0]);
        Assert.Equal(2, watched["shift1"].Length);
    }

    [Fact]
    public void Settings_that_change_a_run_change_its_key()
    {
        ConvolutionTrial[] others = [Convolution with { Normalization = "batch" }, Convolution with { Seed = 4 }, Convolution with { Rate = 0.2f }, Convolution with { Probes = [1] }, Convolution with { Filters = [4] }, Convolution with { Architecture = Architecture.Vgg }];
        Assert.Equal(others.Length + 1, others.Append(Convolution).Select(static trial => trial.Key.Hash).Distinct().Count());
        LinearChainTrial chain = new() { Normalization = "none", Steps = 5, Seed = 1 };
        Assert.NotEqual(chain.Key.Hash, (chain with { Normalization = "batch" }).Key.Hash);
    }
}
