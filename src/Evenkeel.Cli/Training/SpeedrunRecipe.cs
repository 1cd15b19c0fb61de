using Evenkeel.Data.Datasets;
using Evenkeel.Data.Transforms;
using Evenkeel.Graph.Models;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Training.Initialization;

namespace Evenkeel.Cli.Training;

/// <summary><c>--recipe speedrun</c>: the network and the hyper-parameters of Jordan, arXiv 2404.00498, "94% on CIFAR-10 in 3.29 seconds".</summary>
/// <remarks>
/// The paper states rates per 1,024 summed gradients and apart from momentum: <c>11.5 / (1 + 1 / (1 - 0.85)) = 1.5</c> for mean gradients, and a decay of 0.0153 in the same measure, so <c>0.0153 / 11.5</c>
/// as a factor beside the rate. Its 9.9 epochs of 48 batches are 476 steps; 475 end with a slow step of Lookahead. Where it averages running statistics with the weights, they are measured anew here.
/// </remarks>
internal sealed class SpeedrunRecipe : Recipe
{
    private const string Slow = "lookahead";
    private const string Word = "speedrun";
    private const double PaperRate = 11.5;
    private const double Momentum = 0.85;
    private const double Rate = 1.5;
    private const double Decay = 0.0153 / PaperRate;
    private const float BetaFactor = 64;

    // 0.95 per step, over the five steps of a period.
    private const float SlowRetention = 0.7737809375f;

    public override string Name => Word;

    public override string Summary => "CIFAR-10 to 94 % in ten epochs";

    public override int RecalibrationBatches => 16;

    public override TrainSettings Settings { get; } = new()
    {
        Recipe = Word,
        Dataset = Cifar10.Name,
        Model = "speedrun",
        Optimizer = Slow,
        LearningRate = Rate,
        Momentum = Momentum,
        Nesterov = true,
        WeightDecay = Decay,
        BatchSize = 1024,
        Steps = 475,
        Schedule = "triangular",
        LabelSmoothing = 0.2,
        Augmentation = "alternate",
        Views = "mirror-shift",
        Validation = 0,
    };

    /// <summary>Lookahead whose retention climbs over the run; betas move 64 times as fast, and decay as much as weights do.</summary>
    public override UpdateMethod? CreateOptimizer(TrainSettings settings, long steps) => settings.Optimizer != Slow ? null : new Lookahead
    {
        Inner = new Sgd
        {
            Momentum = (float)(settings.Momentum ?? Momentum),
            Nesterov = true,
            WeightDecay = (float)(settings.WeightDecay ?? Decay),
            Regularization = TrainSetup.CreateRegularization(settings),
            Groups = [new ParameterGroup("*.beta", BetaFactor, 1 / BetaFactor), new ParameterGroup("*.bias", DecayFactor: 1)],
        },
        Retention = SlowRetention,
        Ramp = steps,
    };

    /// <summary>Sets the whitening filters from the samples that the network will be trained on.</summary>
    /// <returns>What the samples go through; the network wants exactly that.</returns>
    public override TransformPipeline Prepare(Model model, Dataset training, CancellationToken cancellation)
    {
        var transforms = new TransformPipeline(Standardization.Measure(training, perChannel: true, cancellation));
        if (model.Parameters.TryGet($"{Speedrun.WhiteningLayer}.weight", out var weight)) PatchWhitening.Apply(model, weight!.Name, transforms.Over(training));
        return transforms;
    }
}
