using Evenkeel.Engine;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers.Losses;

namespace Evenkeel.Lab.Tests.Workloads;

public sealed class TrainingTrialTests
{
    private static readonly TrainingTrial Trial = new() { Network = new Network { Widths = [12, 8], Norm = "batch" }, BatchSize = 40, Steps = 6, Seed = 3 };

    [Theory]
    [InlineData("none")]
    [InlineData("batch")]
    public void Looking_at_a_run_changes_none_of_its_bits(string norm)
    {
        var blind = Trial.With(norm);
        Train(blind, out var first);
        var series = Train(blind with { Looks = [0, 3, 6], Checkpoints = [2, 4, 6], FitSamples = 50, OwnBatches = 20 }, out var second);
        Assert.Equal(first, second);
        Assert.Equal(3, series["accuracy"].Length);
        Assert.Equal(3, series["fit_accuracy"].Length);
        Assert.Equal(3 * 2, series["look_mean"].Length);
        Assert.Equal(3 * 3, series["look_gradient"].Length);
        Assert.Equal([0.0, 0.0], series["look_drift"][..2]);
        Train(blind with { Seed = 4 }, out var other);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void A_factor_on_the_loss_is_a_factor_on_the_rate_of_plain_descent()
    {
        Train(Trial with { Rate = 0.25f, LossFactor = 2 }, out var factor);
        Train(Trial with { Rate = 0.5f }, out var rate);
        Assert.Equal(rate, factor);
    }

    [Fact]
    public void A_run_ends_at_its_target_and_keeps_its_last_numbers()
    {
        var series = Train(Trial with { Steps = 1_000_000, StopAt = 0.01, Checkpoints = [2, 500_000, 1_000_000] }, out _);
        Assert.Equal([2.0, 500_000, 1_000_000], series["step"]);
        Assert.Equal(series["accuracy"][0], series["accuracy"][2]);
    }

    [Fact]
    public void A_run_that_breaks_down_ends_and_says_so()
    {
        var series = Train(Trial.With("none") with { Rate = 1e30f, Steps = 1_000_000, Checkpoints = [1_000_000] }, out _);
        Assert.Equal([1.0], series["diverged"]);
        Assert.Equal([20.0], series["refused"]);
        Assert.Single(series["accuracy"]);
    }

    [Fact]
    public void Batches_of_a_few_classes_hold_no_others()
    {
        var data = WorkloadData.Of(Trial with { ClassesPerBatch = 2 }, Small.Digits);
        using var plan = GradientPlan.Compile(Trial.Network.Create(10).Build(Shape.Batch(data.Training.Shape.Dimensions)), new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = 40, Threads = 1 });
        var slot = plan.CreateSlot();
        var batches = data.Batches(40);
        for (var i = 0; i < 5; i++)
        {
            batches.Next(slot);
            Assert.InRange(slot.Labels.ToArray().Distinct().Count(), 1, 2);
        }
    }

    [Theory]
    [InlineData(Architecture.Convolutional)]
    [InlineData(Architecture.Residual)]
    [InlineData(Architecture.Plain)]
    public void Every_architecture_trains(Architecture architecture)
    {
        var series = Train(Trial with { Network = new Network { Architecture = architecture, Widths = [4, 8, 8], Pairs = 2, Norm = "batch", Dropout = 0.1f }, Checkpoints = [6] }, out _);
        Assert.True(double.IsFinite(series["train_loss"][0]));
    }

    [Theory]
    [InlineData(Architecture.Recurrent)]
    [InlineData(Architecture.Lstm)]
    public void Recurrent_networks_train_with_every_normalisation(Architecture architecture)
    {
        foreach (var norm in (string[])["none", "batch-per-step", "batch-shared", "layer"])
        {
            var series = Train(Trial with { Network = new Network { Architecture = architecture, Widths = [6, 5], Norm = norm }, Checkpoints = [6], Recalibration = 3 }, out _);
            Assert.True(double.IsFinite(series["train_loss"][0]));
            if (norm is "none" or "layer") Assert.Equal(series["accuracy"], series["recalibrated_accuracy"]);
        }
    }

    [Fact]
    public void Recalibration_changes_statistics_and_no_weights()
    {
        Train(Trial, out var plain);
        var series = Train(Trial with { Checkpoints = [6], Recalibration = 4 }, out var recalibrated);
        Assert.Equal(plain, recalibrated);
        Assert.InRange(series["recalibrated_accuracy"].Single(), 0, 1);
    }

    [Fact]
    public void Every_way_of_dropping_trains()
    {
        Network[] networks = [Trial.Network with { DropConnect = 0.5f }, Trial.Network with { DropConnect = 0.5f, Norm = "none" }, new Network { Architecture = Architecture.Convolutional, Widths = [4], FractionalPooling = 1.4f }, new Network { Architecture = Architecture.Residual, Widths = [4, 4, 4], Norm = "batch", StochasticDepth = 0.5f }];
        foreach (var network in networks) Assert.True(double.IsFinite(Train(Trial with { Network = network, Checkpoints = [6] }, out _)["train_loss"][0]));
    }

    [Fact]
    public void Every_setting_is_in_the_key()
    {
        TrainingTrial[] others =
        [
            Trial with { Network = Trial.Network with { Architecture = Architecture.Plain } }, Trial with { Network = Trial.Network with { Widths = [3] } }, Trial with { Network = Trial.Network with { Pairs = 2 } },
            Trial with { Network = Trial.Network with { Activation = "tanh" } }, Trial with { Network = Trial.Network with { Norm = "none" } }, Trial with { Network = Trial.Network with { Place = NormPlace.AfterActivation } },
            Trial with { Network = Trial.Network with { BatchNorm = BatchNormOptions.Default with { Epsilon = 1 } } }, Trial with { Network = Trial.Network with { FirstWeights = "he" } }, Trial with { Network = Trial.Network with { Deviation = 2 } }, Trial with { Network = Trial.Network with { Dropout = 0.5f } },
            Trial with { Network = Trial.Network with { DropConnect = 0.5f } }, Trial with { Network = Trial.Network with { FractionalPooling = 1.4f } }, Trial with { Network = Trial.Network with { StochasticDepth = 0.5f } },
            Trial with { Pixels = PixelScale.Unit }, Trial with { Samples = 9 }, Trial with { TestSamples = 9 }, Trial with { HeldOut = 9 }, Trial with { FitSamples = 9 }, Trial with { ClassesPerBatch = 2 }, Trial with { Optimizer = "adam" },
            Trial with { Momentum = 0.5f }, Trial with { WeightDecay = 0.5f }, Trial with { Rate = 2 }, Trial with { LossFactor = 2 }, Trial with { BatchSize = 9 }, Trial with { Steps = 9 }, Trial with { Seed = 9 }, Trial with { Checkpoints = [1] },
            Trial with { StopAt = 0.5 }, Trial with { Looks = [1] }, Trial with { LookSamples = 9 }, Trial with { OwnBatches = 9 }, Trial with { Recalibration = 9 },
        ];
        Assert.Equal(others.Length + 1, others.Append(Trial).Select(static other => other.Key.Hash).Distinct().Count());

        var ghosts = Trial with { Network = Trial.Network with { BatchNorm = BatchNormOptions.Default with { GhostSize = 8 } } };
        Assert.NotEqual(Trial.Key.Hash, ghosts.Key.Hash);

        // Every property that can be set, but for the dataset's name, whose content the queue adds, and the network itself.
        var settings = typeof(TrainingTrial).GetProperties().Count(static property => property.CanWrite) - 2 + typeof(Network).GetProperties().Count(static property => property.CanWrite);
        Assert.Equal(others.Length, settings);
    }

    private static IReadOnlyDictionary<string, double[]> Train(TrainingTrial trial, out byte[] weights)
    {
        var series = trial.Run(new TrialContext(Small.Digits, static _ => { }, CancellationToken.None), out var model);
        weights = System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Parameters.Span).ToArray();
        return series;
    }
}
