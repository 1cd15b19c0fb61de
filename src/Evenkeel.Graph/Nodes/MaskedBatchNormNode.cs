using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Batch normalisation of padded sequences: statistics over the steps that are there alone; padding stays zero.</summary>
/// <remarks>Ioffe and Szegedy 2015, Algorithm 1, over the valid places. With padding among the values, mean and variance depend on how long the longest sequence of a batch is.</remarks>
public sealed class MaskedBatchNormNode : Node, IBatchNormalization
{
    /// <summary>Creates the normalisation.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, T, C]</c></param>
    /// <param name="mask"><c>[N, T]</c>, not 0 where a step is there.</param>
    /// <param name="gamma"><c>[C]</c></param>
    /// <param name="beta"><c>[C]</c></param>
    /// <param name="running">The states of the running statistics, <c>[C]</c>.</param>
    /// <param name="options">Epsilon, the three switches, and how running statistics follow.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit. EK0105: epsilon is not above 0, or the options name a kind of batch normalisation that padded sequences have not.</exception>
    public MaskedBatchNormNode(string name, Value input, Value mask, Value gamma, Value beta, RunningValues running, BatchNormOptions options)
        : base(name, input, mask, gamma, beta, running.Mean, running.Variance, running.Weight)
    {
        if (!(options.Epsilon > 0)) throw GraphException.BadOption(name, $"epsilon {options.Epsilon}", "a number above 0", "The default is 1e-5.");
        if (!Serves(options)) throw GraphException.BadOption(name, "a kind of batch normalisation that padded sequences have not", "mean, deviation and their full gradient", "Choose epsilon, the switches, the running average and the variance estimator alone.");
        if (input.Shape is not { IsBatched: true, Rank: 3 } || mask.Shape != Shape.Batch(input.Shape.Sizes[0]))
            throw GraphException.ShapeMismatch(name, $"input {input.Shape} and a mask {mask.Shape}", "[N, T, C] and [N, T]", "Normalise a sequence with a mask of as many steps.");
        foreach (var value in (ReadOnlySpan<Value>)[gamma, beta, running.Mean, running.Variance])
        {
            if (value.Shape != Shape.Of(input.Shape.Channels)) throw GraphException.ShapeMismatch(name, $"{value}", $"[{input.Shape.Channels}]", "Give one number per channel.");
        }

        Options = options;
        Output = AddOutput(input.Shape);
        Transform = AddOutput(Shape.Of(BatchNormNode.TransformRows, input.Shape.Channels), "transform");
        Candidate = AddOutput(Shape.Of(BatchNormNode.CandidateRows * 2, input.Shape.Channels), "candidate");
    }

    /// <summary>Whether padded sequences have that kind of batch normalisation.</summary>
    /// <param name="options">The switches.</param>
    public static bool Serves(BatchNormOptions options) => options is { StatisticsGradient: StatisticsGradient.Full, Divisor: BatchNormDivisor.StandardDeviation, GhostSize: 0, Renormalization: null, SampleWeight: 0 };

    /// <inheritdoc/>
    public BatchNormOptions Options { get; }

    /// <summary>Whether a training step needs statistics of its batch, to normalise or to move the running ones.</summary>
    public bool NeedsBatchStatistics => Options.NormalizeWith == NormalizeWith.BatchStatistics || Options.UpdateRunningStatistics;

    /// <summary>The sequence to normalise.</summary>
    public Value Input => Inputs[0];

    /// <summary><c>[N, T]</c>, not 0 where a step is there.</summary>
    public Value Mask => Inputs[1];

    /// <summary>Gamma.</summary>
    public Value Gamma => Inputs[2];

    /// <summary>Beta.</summary>
    public Value Beta => Inputs[3];

    /// <inheritdoc/>
    public Value RunningMean => Inputs[4];

    /// <inheritdoc/>
    public Value RunningVariance => Inputs[5];

    /// <inheritdoc/>
    public Value RunningWeight => Inputs[6];

    /// <summary>The normalised sequence.</summary>
    public Value Output { get; }

    /// <summary>Per channel what the sweep applies, as <see cref="BatchNormNode.Transform"/>.</summary>
    public Value Transform { get; }

    /// <summary>What a commit would move the running statistics to.</summary>
    public Value Candidate { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RunningStatistics> Statistics => [new(Name, Options, Input.Shape, RunningMean, RunningVariance, RunningWeight, Candidate)];

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var backward = new MaskedBatchNormBackwardNode($"{Name}.backward", cotangent, Input, Mask, Transform, Options.NormalizeWith == NormalizeWith.BatchStatistics);
        context.Add(Input, backward.InputCotangent);
        context.Add(Gamma, backward.GammaCotangent);
        context.Add(Beta, backward.BetaCotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MaskedBatchNormNode(Name, inputs[0], inputs[1], inputs[2], inputs[3], new(inputs[4], inputs[5], inputs[6]), Options);

    /// <summary>The same normalisation with other switches.</summary>
    /// <param name="options">The switches.</param>
    /// <exception cref="GraphException">EK0105: padded sequences have no such kind.</exception>
    public MaskedBatchNormNode With(BatchNormOptions options) => new(Name, Input, Mask, Gamma, Beta, new(RunningMean, RunningVariance, RunningWeight), options);
}
