using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Batch normalisation, <c>y = gamma (x - mean) / sqrt(var + epsilon) + beta</c>, one mean and variance per channel of <c>[N, F]</c>, <c>[N, T, F]</c> or <c>[N, H, W, C]</c>; inside <see cref="Masked"/> over the steps that are there alone, and padding becomes 0.</summary>
/// <remarks>
/// Ioffe and Szegedy, arXiv 1502.03167, Algorithm 1 and section 3.2. Parameters: <c>gamma [C]</c> and <c>beta [C]</c>, to which no weight decay applies.
/// States: <c>running_mean [C]</c> and <c>running_variance [C]</c>, the raw averages, and <c>running_weight [2]</c>, their weight and the number of updates.
/// With bias correction everything starts at zero and evaluation divides by the weight; without it the averages start at mean 0 and variance 1 with weight 1, as in PyTorch.
/// </remarks>
public sealed class BatchNorm : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="options">The switches; null for <see cref="BatchNormOptions.Default"/>. Checked when a model is built.</param>
    public BatchNorm(BatchNormOptions? options = null) => Options = options ?? BatchNormOptions.Default;

    /// <summary>The switches.</summary>
    public BatchNormOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "batch_norm";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: epsilon is not above 0, the running average has no rate, or options contradict each other. EK0121: the input has no batch.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (!(Options.Epsilon > 0 && float.IsFinite(Options.Epsilon)))
            throw LayerErrors.BadOption(scope.Where, "epsilon", Options.Epsilon, "a finite number above 0", "The default is 1e-5.");
        if (Options.RunningAverage is { Rate: 0, StartsCumulative: false })
            throw LayerErrors.BadOption(scope.Where, "a running average without a rate", "one that moves", "Use RunningAverage.UpdateRate(0.1f), or UpdateRunningStatistics = false to keep the statistics as they are.");
        if (Options.Conflict() is var (came, expected, remedy)) throw LayerErrors.BadOption(scope.Where, came, expected, remedy);
        if (!input.Shape.IsBatched || input.Shape.Rank < 2)
            throw LayerErrors.BadInput(scope.Where, input.Shape, "[N, F] or [N, H, W, C]", "Batch normalisation needs channels.");

        var channels = Shape.Of(input.Shape.Channels);
        var start = Options.BiasCorrection ? Constant.Zero : Constant.One;
        var (gamma, beta) = (Parameter(scope, "gamma", channels, Options.Scale, 1), Parameter(scope, "beta", channels, Options.Shift, 0));
        RunningValues running = new(
            scope.State("running_mean", channels, Constant.Zero),
            scope.State("running_variance", channels, start),
            scope.State("running_weight", Shape.Of(2), new FirstElement(Options.BiasCorrection ? 0 : 1)));
        if (Sequences.MaskOf(scope, input) is not { } mask) return new BatchNormNode(scope.Name, input, gamma, beta, running.Mean, running.Variance, running.Weight, Options).Output;
        if (gamma is null || beta is null || !MaskedBatchNormNode.Serves(Options))
            throw LayerErrors.BadOption(scope.Where, "a kind of batch normalisation that padded sequences have not", "gamma, beta, mean, deviation and their full gradient", "Choose epsilon, the switches, the running average and the variance estimator alone, or leave Masked out.");
        return new MaskedBatchNormNode(scope.Name, input, mask, gamma, beta, running, Options).Output;
    }

    private Value? Parameter(BuildScope scope, string part, Shape channels, AffineParameter parameter, float usual)
    {
        if (!parameter.IsPresent) return null;
        return scope.Parameter(part, channels, new Constant(parameter.Initial ?? usual), decays: false, parameter.IsTrained && Options.TrainScaleAndShift);
    }

    /// <summary>One number, then zeros: a weight, and no updates so far.</summary>
    private sealed class FirstElement(float value) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, ulong seed, string name)
        {
            values.Clear();
            values[0] = value;
        }
    }

    internal static BatchNorm Read(OptionReader options)
    {
        var defaults = BatchNormOptions.Default;
        return new(new BatchNormOptions
        {
            Epsilon = options.Number("epsilon", defaults.Epsilon),
            NormalizeWith = options.Choice("normalize_with", defaults.NormalizeWith),
            UpdateRunningStatistics = options.Flag("update_running_statistics", defaults.UpdateRunningStatistics),
            TrainScaleAndShift = options.Flag("train_scale_and_shift", defaults.TrainScaleAndShift),
            RunningAverage = BatchNormConfiguration.ReadRunningAverage(options, defaults.RunningAverage),
            BiasCorrection = options.Flag("bias_correction", defaults.BiasCorrection),
            VarianceEstimator = options.Choice("variance_estimator", defaults.VarianceEstimator),
            Scale = BatchNormConfiguration.ReadAffine(options, "scale", defaults.Scale),
            Shift = BatchNormConfiguration.ReadAffine(options, "shift", defaults.Shift),
            StatisticsGradient = options.Choice("statistics_gradient", defaults.StatisticsGradient),
            Divisor = options.Choice("divisor", defaults.Divisor),
            GhostSize = options.Integer("ghost_size", defaults.GhostSize),
            Renormalization = BatchNormConfiguration.ReadRenormalization(options),
            SampleWeight = options.Number("sample_weight", defaults.SampleWeight),
        });
    }

    internal static void Write(BatchNorm layer, OptionWriter options)
    {
        var values = layer.Options;
        options.Number("epsilon", values.Epsilon);
        options.Choice("normalize_with", values.NormalizeWith);
        options.Flag("update_running_statistics", values.UpdateRunningStatistics);
        options.Flag("train_scale_and_shift", values.TrainScaleAndShift);
        BatchNormConfiguration.Write(options, values.RunningAverage);
        options.Flag("bias_correction", values.BiasCorrection);
        options.Choice("variance_estimator", values.VarianceEstimator);
        BatchNormConfiguration.Write(options, "scale", values.Scale);
        BatchNormConfiguration.Write(options, "shift", values.Shift);
        options.Choice("statistics_gradient", values.StatisticsGradient);

        // Written where they are used alone: a plain layer stays readable for older versions.
        if (values.Divisor != BatchNormDivisor.StandardDeviation) options.Choice("divisor", values.Divisor);
        if (values.GhostSize > 0) options.Integer("ghost_size", values.GhostSize);
        if (values.SampleWeight > 0) options.Number("sample_weight", values.SampleWeight);
        if (values.Renormalization is { } renormalization) BatchNormConfiguration.Write(options, renormalization);
    }
}
