using Evenkeel.Records.RunFolder;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Decoupled;

public sealed class DecoupledFitTests
{
    private static readonly TrainerOptions Options = Small.Options with { Decoupled = new() { Gradients = GradientSource.Conditioned, UpdateProbability = 0.8, Modules = new() { Hidden = [8] } } };

    [Fact]
    public void A_cancelled_run_resumes_to_the_bits_of_an_uninterrupted_one()
    {
        using var folder = new TemporaryFolder();
        var whole = Fit(Options with { AverageDecay = 0.9f }, folder["whole"]);
        var cut = Fit(Options with { AverageDecay = 0.9f }, folder["cut"], cancelAt: 21);
        Assert.Equal(TrainOutcome.Cancelled, cut.Outcome);
        var resumed = new Trainer(Small.Model(), Small.Loss, Options with { AverageDecay = 0.9f, Threads = 1 }).Resume(folder["cut"], Small.Rings(600, 1));
        Assert.Equal((whole.WeightsHash, whole.TrainLoss, whole.Commits), (resumed.WeightsHash, resumed.TrainLoss, resumed.Commits));
    }

    [Fact]
    public void A_run_is_not_resumed_with_another_way_of_decoupling()
    {
        using var folder = new TemporaryFolder();
        Fit(Options, folder["cut"], cancelAt: 5);
        var other = Options with { Decoupled = Options.Decoupled! with { UpdateProbability = 1 } };
        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, other).Resume(folder["cut"], Small.Rings(600, 1)));
        Assert.Equal("EK0505", error.Code);
        Assert.Contains("decoupled", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fit_leaves_an_ordinary_run_folder_and_network()
    {
        using var folder = new TemporaryFolder();
        var result = new Trainer(Small.Model(), Small.Loss, Options with { RunFolder = folder["run"], Epochs = 12 }).Fit(Small.Rings(600, 1), Small.Rings(90, 2));
        Assert.InRange(result.TestAccuracy!.Value, 0.6, 1);
        Assert.Contains("\"decoupled\":\"Conditioned", RunDirectory.Open(folder["run"]).ReadConfiguration(), StringComparison.Ordinal);
        Assert.Equal(result.WeightsHash, WeightsHash.Of(Checkpoint.LoadModel(folder["run"])));
    }

    private static TrainResult Fit(TrainerOptions options, string folder, int cancelAt = 0)
    {
        using var source = new CancellationTokenSource();
        options = (options with { RunFolder = folder }).With(new DelegateCallback
        {
            Step = (in Records.RunLog.StepEvent e) =>
            {
                if (e.Step == cancelAt) source.Cancel();
            },
        });
        return new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(600, 1), null, null, source.Token);
    }
}
