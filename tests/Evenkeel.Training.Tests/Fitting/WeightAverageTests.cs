using Evenkeel.Optimization.Optimizers;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;
using Book = Evenkeel.Reference;

namespace Evenkeel.Training.Tests.Fitting;

public sealed class WeightAverageTests
{
    private const float Decay = 0.9f;

    private static readonly TrainerOptions Options = Small.Options with { AverageDecay = Decay, Epochs = 3, ValidateEvery = 10 };

    [Fact]
    public void The_result_is_the_average_of_the_book_over_all_commits()
    {
        List<float[]> weights = [];
        var model = Small.Model();
        var options = Options with { Validation = 0, AverageDecay = Decay };
        new Trainer(model, Small.Loss, options.With(new Recorder(weights))).Fit(Small.Rings(320, 1));
        Assert.Equal(30, weights.Count);
        var average = Expect.Widen(weights[0]);
        for (var t = 1; t < weights.Count; t++) Book.Averaging.Follow(Expect.Widen(weights[t]), average, Math.Min(Decay, (1.0 + t) / (10.0 + t)));
        Expect.CloseScaled(average, model.Parameters.Span, Tolerances.FloatArithmetic.Times(30), [.. average.Select(static value => Math.Max(1, Math.Abs(value)))]);
        Assert.NotEqual(weights[^1], model.Parameters.Span.ToArray());
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("sam")]
    [InlineData("lamb")]
    public void Averaging_does_not_change_how_weights_are_trained(string optimizer)
    {
        var (plain, averaged) = (new List<float[]>(), new List<float[]>());
        var options = Options with { Optimizer = OptimizerTable.Create(optimizer) };
        new Trainer(Small.Model(), Small.Loss, (options with { AverageDecay = null }).With(new Recorder(plain))).Fit(Small.Rings(320, 1));
        new Trainer(Small.Model(), Small.Loss, options.With(new Recorder(averaged))).Fit(Small.Rings(320, 1));
        Assert.Equal(plain, averaged);
    }

    [Fact]
    public void The_statistics_are_measured_for_the_average()
    {
        // With everything else equal, the loss of the averaged weights under the statistics of the trained ones would differ.
        var model = Small.Model();
        var result = new Trainer(model, Small.Loss, Options with { Validation = 0 }).Fit(Small.Rings(320, 1), Small.Rings(90, 2));
        var other = Small.Model();
        var again = new Trainer(other, Small.Loss, Options with { Validation = 0, RecalibrateBatches = 32 }).Fit(Small.Rings(320, 1), Small.Rings(90, 2));
        Assert.Equal(result.TestLoss, again.TestLoss);
        Expect.SameBits<double>(model.States.Span, other.States.Span);
        Assert.Equal(1, model.States["hidden1.bn.running_weight"].Span[0]);
    }

    [Theory]
    [InlineData(5, 90)]
    [InlineData(17, 90)]
    [InlineData(17, 0)]
    public void A_cancelled_run_resumes_to_the_bits_of_an_uninterrupted_one(int step, int validation)
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Validation = validation };
        var whole = Fit(options with { RunFolder = folder["whole"] });
        using var source = new CancellationTokenSource();
        var stop = new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step == step) source.Cancel();
            },
        };
        Assert.Equal(TrainOutcome.Cancelled, Fit((options with { RunFolder = folder["cut"] }).With(stop), source.Token).Outcome);
        using (var last = Checkpoint.Open(folder["cut", "checkpoints", "last.safetensors"])) Assert.Equal(step, last.Step);
        var model = Small.Model(dropout: 0.2f);
        var resumed = new Trainer(model, Small.Loss, options with { Threads = 1 }).Resume(folder["cut"], Small.Rings(600, 1), Small.Rings(90, 2));
        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);
        Assert.Equal((whole.TestLoss, whole.ValidationLoss, whole.BestStep), (resumed.TestLoss, resumed.ValidationLoss, resumed.BestStep));
        Assert.Equal(whole.WeightsHash, WeightsHash.Of(model));
    }

    [Fact]
    public void A_best_checkpoint_holds_the_average_that_was_validated()
    {
        using var folder = new TemporaryFolder();
        var result = Fit(Options with { RunFolder = folder["run"] });
        using var predictor = Predictor.Load(folder["run"]);
        Assert.Equal(result.WeightsHash, WeightsHash.Of(predictor.Model));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void A_decay_outside_its_range_is_refused(float decay)
    {
        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, Options with { AverageDecay = decay }));
        Assert.Equal("EK0502", error.Code);
        Assert.Contains("AverageDecay", error.Message, StringComparison.Ordinal);
    }

    private static TrainResult Fit(TrainerOptions options, CancellationToken cancellation = default) =>
        new Trainer(Small.Model(dropout: 0.2f), Small.Loss, options).Fit(Small.Rings(600, 1), Small.Rings(90, 2), null, cancellation);

    private sealed class Recorder(List<float[]> weights) : Callback
    {
        public override void OnStep(in StepEvent step, FitContext context) => weights.Add(context.Model.Parameters.Span.ToArray());
    }
}
