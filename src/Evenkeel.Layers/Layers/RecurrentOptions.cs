using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>What a recurrent layer gives to the next one.</summary>
public enum RecurrentOutput
{
    /// <summary>The state of every time step, <c>[N, T, units]</c>.</summary>
    Sequence,

    /// <summary>The state of the last one, <c>[N, units]</c>.</summary>
    Last,
}

/// <summary>What is normalised inside a recurrent layer, and by what: the product with the input, the product with the previous state, and c of an LSTM where tanh sees it.</summary>
public enum RecurrentNormalization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Every unit by the batch, time step by time step, with running statistics for every time step (Cooijmans et al., arXiv 1603.09025).</summary>
    BatchPerStep,

    /// <summary>Every unit by the batch, with one set of running statistics for all time steps: sequences may then be longer than those of training. The product with the input takes the statistics of all time steps together, the others those of their own.</summary>
    BatchShared,

    /// <summary>Every sample over its units (Ba, Kiros and Hinton, arXiv 1607.06450).</summary>
    Layer,
}

/// <summary>What can be chosen about <see cref="Rnn"/>, <see cref="Lstm"/> and <see cref="Gru"/>.</summary>
public sealed record RecurrentOptions
{
    /// <summary>What goes to the next layer. Default all states.</summary>
    public RecurrentOutput Output { get; init; } = RecurrentOutput.Sequence;

    /// <summary>Whether there are biases. Default yes: two as in PyTorch, <c>bias_ih_l0</c> and <c>bias_hh_l0</c>; with a normalisation its beta.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Whether a plan carries the state from one step to the next instead of starting from zero (truncated backpropagation through time). Row i of a batch then goes on where row i of the batch before ended; <c>ResetCarriedState</c> of the plan begins anew. Default no.</summary>
    public bool CarriesState { get; init; }

    /// <summary>Normalisation inside the layer. Default none.</summary>
    public RecurrentNormalization Normalization { get; init; } = RecurrentNormalization.None;

    /// <summary>The first gamma of all normalisations; null (default) for 0.1 with the batch, which keeps tanh and sigmoid off saturation (arXiv 1603.09025, section 4), and 1 with the layer.</summary>
    public float? Gamma { get; init; }

    /// <summary>Whether c of an LSTM is normalised where tanh sees it. Default yes.</summary>
    public bool NormalizesCell { get; init; } = true;

    /// <summary>Added below the root, above 0. Default 1e-5.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>How running statistics follow. Default update rate 0.1.</summary>
    public RunningAverage RunningAverage { get; init; } = RunningAverage.UpdateRate(0.1f);

    /// <summary>Added to the first bias of an LSTM's forget gate. Default 0, as in PyTorch; 1 helps with long sequences (Jozefowicz et al. 2015).</summary>
    public float ForgetBias { get; init; }

    /// <summary>The first <c>weight_ih_l0</c>; null (default) for PyTorch's even distribution over +-1 / sqrt(units), which the biases have too.</summary>
    public Initializer? InputInitializer { get; init; }

    /// <summary>The first <c>weight_hh_l0</c>; null (default) for the same distribution.</summary>
    public Initializer? RecurrentInitializer { get; init; }

    internal bool IsBatch => Normalization is RecurrentNormalization.BatchPerStep or RecurrentNormalization.BatchShared;

    internal float FirstGamma => Gamma ?? (IsBatch ? 0.1f : 1);

    internal BatchNormOptions BatchNorm => BatchNormOptions.Default with { Epsilon = Epsilon, RunningAverage = RunningAverage, Scale = AffineParameter.StartingAt(FirstGamma) };

    internal static RecurrentOptions Read(OptionReader options)
    {
        var defaults = new RecurrentOptions();
        return new()
        {
            Output = options.Choice("output", defaults.Output),
            HasBias = options.Flag("has_bias", defaults.HasBias),
            CarriesState = options.Flag("carries_state", defaults.CarriesState),
            Normalization = options.Choice("normalization", defaults.Normalization),
            Gamma = options.Number("gamma", float.NaN) is var gamma && float.IsNaN(gamma) ? null : gamma,
            NormalizesCell = options.Flag("normalizes_cell", defaults.NormalizesCell),
            Epsilon = options.Number("epsilon", defaults.Epsilon),
            RunningAverage = BatchNormConfiguration.ReadRunningAverage(options, defaults.RunningAverage),
            ForgetBias = options.Number("forget_bias", defaults.ForgetBias),
            InputInitializer = options.OptionalInitializer("input_initializer"),
            RecurrentInitializer = options.OptionalInitializer("recurrent_initializer"),
        };
    }

    internal void Write(OptionWriter options)
    {
        options.Choice("output", Output);
        options.Flag("has_bias", HasBias);
        options.Flag("carries_state", CarriesState);
        options.Choice("normalization", Normalization);
        if (Gamma is { } gamma) options.Number("gamma", gamma);
        options.Flag("normalizes_cell", NormalizesCell);
        options.Number("epsilon", Epsilon);
        BatchNormConfiguration.Write(options, RunningAverage);
        options.Number("forget_bias", ForgetBias);
        if (InputInitializer is not null) options.Initializer("input_initializer", InputInitializer);
        if (RecurrentInitializer is not null) options.Initializer("recurrent_initializer", RecurrentInitializer);
    }
}
