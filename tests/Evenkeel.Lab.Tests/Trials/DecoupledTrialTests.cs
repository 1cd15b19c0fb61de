using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Trials;
using Evenkeel.Training.Decoupled;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class DecoupledTrialTests
{
    private static readonly DecoupledTrial Trial = new() { Layers = 3, Units = 8, Gradients = GradientSource.Synthetic, ModuleUnits = [8], Rate = 0.01f, BatchSize = 40, Steps = 6, Seed = 1 };

    [Fact]
    public void It_gives_what_it_was_asked_for()
    {
        var series = Run(Trial with { Checkpoints = [3, 6], FirstLosses = 4, Compares = true });
        Assert.Equal((2, 2, 4, 2, 3), (series["error"].Length, series["loss"].Length, series["train_loss"].Length, series["cosine"].Length, series["updates"].Length));
        Assert.Equal([6.0, 6, 6], series["updates"]);
        Assert.All(series["cosine"], static cosine => Assert.True(Math.Abs(cosine) is > 0 and <= 1));
        Assert.Equal([0.0], series["refused"]);
        Assert.Equal(series["error"][1], Run(Trial)["error"].Single());
    }

    [Theory]
    [InlineData(GradientSource.Synthetic)]
    [InlineData(GradientSource.Conditioned)]
    public void Convolutions_are_decoupled_too(GradientSource source)
    {
        var series = Run(Trial with { Convolutional = true, Units = 4, ModuleUnits = source == GradientSource.Synthetic ? [4] : [], Gradients = source });
        Assert.Equal([6.0, 6, 6], series["updates"]);
        Assert.Equal([0.0], series["refused"]);
    }

    [Fact]
    public void The_rate_falls_in_the_last_part()
    {
        Assert.Equal(Run(Trial with { FirstLosses = 4 })["train_loss"], Run(Trial with { FirstLosses = 4, Falls = false })["train_loss"]);
        Assert.NotEqual(Run(Trial)["loss"], Run(Trial with { Falls = false })["loss"]);
    }

    [Fact]
    public void Every_setting_is_in_the_key()
    {
        DecoupledTrial[] others =
        [
            Trial with { Layers = 4 }, Trial with { Convolutional = true }, Trial with { Units = 9 }, Trial with { Gradients = GradientSource.Conditioned }, Trial with { ModuleUnits = null }, Trial with { RandomModules = true }, Trial with { SyntheticInputs = true },
            Trial with { UpdateProbability = 0.5 }, Trial with { Rate = 1 }, Trial with { Falls = false }, Trial with { BatchSize = 2 }, Trial with { Steps = 2 }, Trial with { Seed = 2 }, Trial with { Checkpoints = [1] }, Trial with { FirstLosses = 1 }, Trial with { Compares = true },
        ];
        Assert.Equal(others.Length + 1, others.Append(Trial).Select(static other => other.Key.Hash).Distinct().Count());

        // Every property that can be set, but for the dataset's name, whose content the queue adds.
        Assert.Equal(others.Length + 1, typeof(DecoupledTrial).GetProperties().Count(static property => property.CanWrite));
    }

    private static IReadOnlyDictionary<string, double[]> Run(DecoupledTrial trial) => trial.Run(new TrialContext(Small.Digits, static _ => { }, CancellationToken.None));
}
