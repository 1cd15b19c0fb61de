using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Batch normalisation over everything but the channels: <c>y = gamma (x - mean) / sqrt(var + epsilon) + beta</c>.</summary>
/// <remarks>Ioffe and Szegedy 2015, Algorithm 1 and section 3.2 (one statistic per channel for <c>[N, H, W, C]</c>). A training plan takes the statistics that the options say; an evaluation plan always takes the running ones.</remarks>
public sealed class BatchNormNode : Node, IBatchNormalization
{
    /// <summary>Creates the normalisation.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, F]</c> or <c>[N, H, W, C]</c></param>
    /// <param name="gamma"><c>[C]</c>, or null for 1.</param>
    /// <param name="beta"><c>[C]</c>, or null for 0.</param>
    /// <param name="runningMean">State <c>[C]</c>: the raw running average of the means.</param>
    /// <param name="runningVariance">State <c>[C]</c>: the raw running average of the variances.</param>
    /// <param name="runningWeight">State <c>[2]</c>: the weight that the raw averages have gathered, and the number of updates.</param>
    /// <param name="options">The switches.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit. EK0105: epsilon is not above 0.</exception>
    public BatchNormNode(string name, Value input, Value? gamma, Value? beta, Value runningMean, Value runningVariance, Value runningWeight, BatchNormOptions options)
        : base(name, [input, runningMean, runningVariance, runningWeight, .. Present(gamma), .. Present(beta)])
    {
        if (!(options.Epsilon > 0)) throw GraphException.BadOption(name, $"epsilon {options.Epsilon}", "a number above 0", "The default is 1e-5.");
        var channels = Shape.Of(input.Shape.Channels);
        if (!input.Shape.IsBatched || input.Shape.Rank < 2)
            throw GraphException.ShapeMismatch(name, $"input {input.Shape}", "[N, F] or [N, H, W, C]", "Batch normalisation needs a batch.");
        foreach (var perChannel in (ReadOnlySpan<Value?>)[gamma, beta, runningMean, runningVariance])
        {
            if (perChannel is not null && perChannel.Shape != channels)
                throw GraphException.ShapeMismatch(name, $"{perChannel}", $"{channels}, one number per channel of {input.Shape}", "Give every per-channel tensor the size of the last dimension.");
        }

        if (options.Conflict() is var (came, expected, remedy)) throw GraphException.BadOption(name, came, expected, remedy);
        Options = options;
        HasGamma = gamma is not null;
        HasBeta = beta is not null;
        Output = AddOutput(input.Shape);
        Transform = AddOutput(Shape.Of(TransformRows, input.Shape.Channels), "transform");
        Candidate = AddOutput(Shape.Of(CandidateRows * 2, input.Shape.Channels), "candidate");
        if (options is { Renormalization: not null } or { Divisor: BatchNormDivisor.MeanAbsolute or BatchNormDivisor.LargestAbsolute }) Correction = AddOutput(Shape.Of(2, input.Shape.Channels), "correction");
    }

    /// <summary>Rows of <see cref="Transform"/>: center, remainder of the mean, scale, shift, inverse deviation.</summary>
    public const int TransformRows = 5;

    /// <summary>Rows of <see cref="Candidate"/>: batch mean, and the batch variance that enters the running variance.</summary>
    public const int CandidateRows = 2;

    /// <summary>The switches.</summary>
    public BatchNormOptions Options { get; }

    /// <summary>Whether a training step needs statistics of its batch, to normalise or to move the running ones.</summary>
    public bool NeedsBatchStatistics => Options.NormalizeWith == NormalizeWith.BatchStatistics || Options.UpdateRunningStatistics;

    /// <summary>The normalised tensor, shaped as the input.</summary>
    public Value Output { get; }

    /// <summary>Per channel what the sweep applies, <c>[5, C]</c>: center m, remainder of the mean, scale a, shift b, inverse deviation.</summary>
    public Value Transform { get; }

    /// <summary>Per channel what a commit would move the running statistics to, two rows of doubles (four of floats): they stay in this shadow until the step is known to be finite.</summary>
    public Value Candidate { get; }

    /// <summary>What a kind of batch normalisation leaves per channel for the backward pass beside <see cref="Transform"/>, <c>[2, C]</c>: slope and threshold of an l1 or l-infinity norm, or r and d of Batch Renormalization; null where there is nothing.</summary>
    public Value? Correction { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RunningStatistics> Statistics => [new(Name, Options, Input.Shape, RunningMean, RunningVariance, RunningWeight, Candidate)];

    /// <inheritdoc/>
    public override long MultiplyAdds => Output.Shape.ElementsPerSample;

    /// <summary>Whether there is a gamma.</summary>
    public bool HasGamma { get; }

    /// <summary>Whether there is a beta.</summary>
    public bool HasBeta { get; }

    /// <summary>The tensor to normalise.</summary>
    public Value Input => Inputs[0];

    /// <inheritdoc/>
    Value? IBatchNormalization.Mask => null;

    /// <summary>The raw running mean.</summary>
    public Value RunningMean => Inputs[1];

    /// <summary>The raw running variance.</summary>
    public Value RunningVariance => Inputs[2];

    /// <summary>The weight of the raw averages and the number of updates.</summary>
    public Value RunningWeight => Inputs[3];

    /// <summary>Gamma, or null for 1.</summary>
    public Value? Gamma => HasGamma ? Inputs[4] : null;

    /// <summary>Beta, or null for 0.</summary>
    public Value? Beta => HasBeta ? Inputs[HasGamma ? 5 : 4] : null;

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var backward = new BatchNormBackwardNode($"{Name}.backward", cotangent, this);
        context.Add(Input, backward.InputCotangent);
        if (Gamma is { } gamma) context.Add(gamma, backward.GammaCotangent);
        if (Beta is { } beta) context.Add(beta, backward.BetaCotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new BatchNormNode(
        Name, inputs[0], HasGamma ? inputs[4] : null, HasBeta ? inputs[HasGamma ? 5 : 4] : null, inputs[1], inputs[2], inputs[3], Options);

    /// <summary>The same normalisation with other switches.</summary>
    /// <param name="options">The switches.</param>
    /// <exception cref="GraphException">EK0105: the switches contradict each other.</exception>
    public BatchNormNode With(BatchNormOptions options) => new(Name, Input, Gamma, Beta, RunningMean, RunningVariance, RunningWeight, options);

    private static ReadOnlySpan<Value> Present(Value? value) => value is null ? [] : new Value[] { value };
}
