using Evenkeel.Lab.Experiments.Activations;
using Evenkeel.Lab.Experiments.Initialization;
using Evenkeel.Lab.Experiments.Ioffe2015;
using Evenkeel.Lab.Experiments.Jaderberg2016;
using Evenkeel.Lab.Experiments.Normalization;
using Evenkeel.Lab.Experiments.Optimizers;
using Evenkeel.Lab.Experiments.Regularization;
using Evenkeel.Lab.Experiments.Santurkar2018;

namespace Evenkeel.Lab.Experiments;

/// <summary>All experiments, one per claim.</summary>
public static class ExperimentTable
{
    /// <summary>The experiments, paper by paper.</summary>
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new SaturatedGradients(), new GradientSigns(), new LeakyReluFormula(), new MaxoutPieces(), new CenteredInputs(), new ExpensiveExp(), new TanhCentered(), new ReluSpeed(), new EluProperties(),
        new BatchIndependence(), new Independence(), new WhatIsForgotten(), new RecurrentNorms(),
        new ZeroWeights(), new TinyWeights(), new TinyGradients(), new LargeWeights(), new MatchedWeights(),
        new LostBias(), new CancelledBias(), new WhiteningCost(), new OutputMoments(), new IdentityRecovery(), new GammaSaturation(),
        new InferenceStatistics(), new ConvolutionalStatistics(), new EpsilonInfluence(), new ScaleInvariance(), new MnistFigure(),
        new InputDrift(), new DriftByDepth(), new ReducedDrift(), new HigherRates(), new GradientRatio(), new FirstWeightsMatterLess(), new SaturationPrevented(), new SmallBatches(),
        new Regularizer(), new DropoutReplaced(), new ScaleAndShift(), new Placement(), new LessSensitive(), new RatesTooHigh(), new BetterThanInputs(), new InceptionTable(), new SevenChanges(),
        new MiniBatchGradient(), new NoiseFloor(), new Conditioning(), new SaddlePoints(), new MomentumNoise(), new MomentumPath(),
        new MomentumEscape(), new NewtonSteps(), new UsualRates(), new GradientScale(), new SaddleShare(), new PlantedBugs(), new CapacityAndData(), new RandomSearch(), new AdaptiveMethods(),
        new EarlyStoppingRules(), new DropoutInInference(), new DropoutSpeed(), new IndirectRemedies(), new BiasAndVariance(), new ThreeRegularizers(), new TransferLearning(), new ResidualDepth(),
        new Theorem41(), new GradientShiftClaim(), new NoisyNormalization(), new SmoothLandscape(), new OtherNorms(),
        new Locks(), new DepthTable(), new OtherRows(), new RandomUpdates(), new AsynchronousSpeed(), new ZeroModules(), new CopyTask(), new RepeatCopyTask(), new LanguageRows(), new TwoClockNetworks(),
    ];
}
