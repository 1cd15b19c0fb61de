using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Decorrelated batch normalisation: channels get mean 0 and variance 1, and groups of neighbouring channels are multiplied by the inverse square root of their correlations, <c>y = gamma (xhat W) + beta</c>.</summary>
/// <remarks>
/// Huang et al., arXiv 1804.08450, with the Newton-Schulz iterations of arXiv 1904.03441; whitening behind standardisation is the zero-phase whitening of correlations. Parameters: <c>gamma [C]</c>, <c>beta [C]</c>, to which no weight decay applies.
/// States: those of batch normalisation below <c>norm</c>, <c>running_whitening</c>, the raw running average of W in blocks, and <c>running_whitening_weight [2]</c>. Evaluation takes the running ones; recalibration measures all three.
/// </remarks>
public sealed class DecorrelatedBatchNorm : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="whitening">Groups, iterations and running average, which means and variances share; null for <see cref="WhiteningOptions.Default"/>. Checked when a model is built.</param>
    /// <param name="options">Epsilon of the variances, gamma and beta; null for <see cref="NormOptions.Default"/>.</param>
    public DecorrelatedBatchNorm(WhiteningOptions? whitening = null, NormOptions? options = null)
    {
        Whitening = whitening ?? WhiteningOptions.Default;
        Options = options ?? NormOptions.Default;
    }

    /// <summary>Groups, iterations and running average.</summary>
    public WhiteningOptions Whitening { get; }

    /// <summary>Epsilon of the variances, gamma and beta.</summary>
    public NormOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "decorrelated_batch_norm";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: an option is out of its range. EK0121: the input has no batch with channels.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        Options.Check(scope, input);
        if (!Whitening.IsValid) throw LayerErrors.BadOption(scope.Where, $"{Whitening}", "a group size from 1 on, 1 to 20 iterations, and epsilon above 0", "The defaults are 16, 5 and 1e-5.");
        var channels = input.Shape.Channels;
        var inner = BatchNormOptions.Default with { Epsilon = Options.Epsilon, RunningAverage = Whitening.RunningAverage, Scale = AffineParameter.Off, Shift = AffineParameter.Off };
        var centred = scope.Apply("norm", new BatchNorm(inner), input);
        var moments = new MatrixProductNode(scope.NameOf("moments"), centred, centred, transposeLeft: true).Output;
        var entries = WhiteningNode.EntriesOf(channels, Whitening.GroupSize);
        var matrix = new WhiteningNode(
            scope.NameOf("whitening"), moments, Options.Gamma(scope, input),
            scope.State("running_whitening", Shape.Of(entries), Constant.Zero), scope.State("running_whitening_weight", Shape.Of(2), Constant.Zero), input.Shape, Whitening).Output;
        var output = new MatrixProductNode(scope.Name, centred, matrix).Output;
        return Options.Beta(scope, input) is { } beta ? new BiasAddNode(scope.NameOf("shift"), output, beta).Output : output;
    }

    internal static DecorrelatedBatchNorm Read(OptionReader options)
    {
        var defaults = WhiteningOptions.Default;
        var whitening = new WhiteningOptions
        {
            GroupSize = options.Integer("group_size", defaults.GroupSize),
            Iterations = options.Integer("iterations", defaults.Iterations),
            Epsilon = options.Number("whitening_epsilon", defaults.Epsilon),
            RunningAverage = BatchNormConfiguration.ReadRunningAverage(options, defaults.RunningAverage),
        };
        return new(whitening, NormOptions.Read(options));
    }

    internal static void Write(DecorrelatedBatchNorm layer, OptionWriter options)
    {
        options.Integer("group_size", layer.Whitening.GroupSize);
        options.Integer("iterations", layer.Whitening.Iterations);
        options.Number("whitening_epsilon", layer.Whitening.Epsilon);
        BatchNormConfiguration.Write(options, layer.Whitening.RunningAverage);
        layer.Options.Write(options);
    }
}
