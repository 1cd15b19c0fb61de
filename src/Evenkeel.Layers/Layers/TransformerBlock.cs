using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers;

/// <summary>What can be chosen about a <see cref="TransformerBlock"/>.</summary>
public sealed record TransformerOptions
{
    /// <summary>Whether branches are normalised where they begin, which trains without warm-up (Xiong et al., arXiv 2002.04745); else their sums are, as Vaswani et al. did. Default yes.</summary>
    public bool NormalizesFirst { get; init; } = true;

    /// <summary>What normalises, a name of <see cref="NormTable"/>. Default layer normalisation.</summary>
    public string Normalization { get; init; } = "layer";

    /// <summary>The switches of batch normalisation where that is chosen.</summary>
    public BatchNormOptions BatchNorm { get; init; } = BatchNormOptions.Default;

    /// <summary>The nonlinearity between the two products, a name in the table of activations. Default <c>relu</c>, as in the paper.</summary>
    public string Activation { get; init; } = "relu";

    /// <summary>The probability with which dropout drops at the end of both branches, in [0, 1). Default 0.</summary>
    public float Dropout { get; init; }

    /// <summary>Whether a step sees itself and those before it alone. Default no.</summary>
    public bool IsCausal { get; init; }

    /// <summary>The first weights. Default Glorot's uniform distribution.</summary>
    public Initializer WeightInitializer { get; init; } = Glorot.Uniform;
}

/// <summary>An encoder block of a transformer: self-attention, then two products at every step, each with a way around; a sequence <c>[N, T, units]</c> to one of the same shape.</summary>
/// <remarks>Vaswani et al., arXiv 1706.03762, section 3.1. Parameters as in PyTorch: <c>self_attn...</c>, <c>linear1</c>, <c>linear2</c>, <c>norm1</c>, <c>norm2</c>.</remarks>
public sealed class TransformerBlock : Layer
{
    /// <summary>Creates the block.</summary>
    /// <param name="heads">Heads of the attention, a divisor of the input's features.</param>
    /// <param name="hidden">Units between the two products, at least 1; four times the features are usual.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    public TransformerBlock(int heads, int hidden, TransformerOptions? options = null) => (Heads, Hidden, Options) = (heads, hidden, options ?? new TransformerOptions());

    /// <summary>Heads of the attention.</summary>
    public int Heads { get; }

    /// <summary>Units between the two products.</summary>
    public int Hidden { get; }

    /// <summary>The rest.</summary>
    public TransformerOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "transformer_block";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no hidden units, heads that do not divide the features, a rate outside [0, 1). EK0121: the input is no sequence. EK0122: no such normalisation or activation.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var sequence = Sequences.Of(scope, input);
        var features = sequence.Shape.Channels;
        var attended = Around(scope, 1, sequence, x => scope.Apply("self_attn", new MultiHeadAttention(Heads, Options.IsCausal, Options.WeightInitializer), x));
        return Around(scope, 2, attended, x =>
        {
            var hidden = scope.Apply("linear1", Product(Hidden), x);
            return scope.Apply("linear2", Product(features), scope.Apply("activation", new Activation(Options.Activation), hidden));
        });
    }

    private Dense Product(int units) => new(units, new DenseOptions { Bias = BiasUse.Always, WeightInitializer = Options.WeightInitializer });

    /// <summary>A branch and the way around it.</summary>
    private Value Around(BuildScope scope, int number, Value x, Func<Value, Value> branch)
    {
        Value Normalized(Value value) => NormTable.Create(Options.Normalization, new NormRequest { BatchNorm = Options.BatchNorm }) is { } norm ? scope.Apply(FormattableString.Invariant($"norm{number}"), norm, value) : value;
        var result = branch(Options.NormalizesFirst ? Normalized(x) : x);
        if (Options.Dropout != 0) result = scope.Apply(FormattableString.Invariant($"dropout{number}"), new Dropout(Options.Dropout), result);
        var sum = new AddNode(scope.NameOf(FormattableString.Invariant($"sum{number}")), result, x).Output;
        return Options.NormalizesFirst ? sum : Normalized(sum);
    }

    internal static TransformerBlock Read(OptionReader options)
    {
        var defaults = new TransformerOptions();
        return new(options.Integer("heads"), options.Integer("hidden"), new TransformerOptions
        {
            NormalizesFirst = options.Flag("normalizes_first", defaults.NormalizesFirst),
            Normalization = options.Text("normalization", defaults.Normalization),
            BatchNorm = defaults.BatchNorm with { Epsilon = options.Number("epsilon", defaults.BatchNorm.Epsilon), RunningAverage = BatchNormConfiguration.ReadRunningAverage(options, defaults.BatchNorm.RunningAverage) },
            Activation = options.Text("activation", defaults.Activation),
            Dropout = options.Number("dropout", defaults.Dropout),
            IsCausal = options.Flag("is_causal", defaults.IsCausal),
            WeightInitializer = options.Initializer("weight_initializer", defaults.WeightInitializer),
        });
    }

    internal static void Write(TransformerBlock layer, OptionWriter options)
    {
        var values = layer.Options;
        options.Integer("heads", layer.Heads);
        options.Integer("hidden", layer.Hidden);
        options.Flag("normalizes_first", values.NormalizesFirst);
        options.Text("normalization", values.Normalization);
        options.Number("epsilon", values.BatchNorm.Epsilon);
        BatchNormConfiguration.Write(options, values.BatchNorm.RunningAverage);
        options.Text("activation", values.Activation);
        options.Number("dropout", values.Dropout);
        options.Flag("is_causal", values.IsCausal);
        options.Initializer("weight_initializer", values.WeightInitializer);
    }
}
