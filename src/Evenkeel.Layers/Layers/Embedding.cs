using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers;

/// <summary>What can be chosen about an <see cref="Embedding"/>.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>The number of padding, whose row reads as zeros and is not trained. Default null, none.</summary>
    public int? Padding { get; init; }

    /// <summary>The first table. Default a normal distribution of deviation 1, as in PyTorch.</summary>
    public Initializer WeightInitializer { get; init; } = new Normal(1);
}

/// <summary>A row of a table for every token, <c>y[n, t] = W[x[n, t]]</c>: <c>[N, T]</c> to <c>[N, T, units]</c>.</summary>
/// <remarks>Tokens are whole numbers from 0 on, held as floats. Parameter: <c>weight [vocabulary, units]</c>, to which no weight decay applies: it would shrink rows that a batch does not read. A number that is no row stops a run (EK0642).</remarks>
public sealed class Embedding : Layer
{
    // Above, floats skip whole numbers.
    private const int MostRows = 1 << 24;

    /// <summary>Creates the layer.</summary>
    /// <param name="vocabulary">Rows of the table, at least 1; checked when a model is built.</param>
    /// <param name="units">Numbers per row, at least 1; checked when a model is built.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    public Embedding(int vocabulary, int units, EmbeddingOptions? options = null) => (Vocabulary, Units, Options) = (vocabulary, units, options ?? new EmbeddingOptions());

    /// <summary>Rows of the table.</summary>
    public int Vocabulary { get; }

    /// <summary>Numbers per row.</summary>
    public int Units { get; }

    /// <summary>The rest.</summary>
    public EmbeddingOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "embedding";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no rows, more than 2^24, no units, or padding that is no row. EK0121: the input is not <c>[N, T]</c>.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (Vocabulary is < 1 or > MostRows) throw LayerErrors.BadOption(scope.Where, "vocabulary", Vocabulary, $"1 to {MostRows}", "Give the table one row per token.");
        if (Units < 1) throw LayerErrors.BadOption(scope.Where, "units", Units, "at least 1", "64 to 512 are usual.");
        if (Options.Padding is { } padding && (padding < 0 || padding >= Vocabulary)) throw LayerErrors.BadOption(scope.Where, "padding", padding, $"a token from 0 to {Vocabulary - 1}, or null", "Leave it out where no token stands for padding.");
        if (input.Shape is not { IsBatched: true, Rank: 2 }) throw LayerErrors.BadInput(scope.Where, input.Shape, "tokens [N, T]", "Give every sample as T numbers, for example Shape.Batch(100).");
        return new EmbeddingNode(scope.Name, input, scope.Parameter("weight", Shape.Of(Vocabulary, Units), Options.WeightInitializer, decays: false), Options.Padding ?? -1).Output;
    }

    internal static Embedding Read(OptionReader options)
    {
        var defaults = new EmbeddingOptions();
        var padding = options.Integer("padding", -1);
        return new(options.Integer("vocabulary"), options.Integer("units"), new EmbeddingOptions
        {
            Padding = padding < 0 ? null : padding,
            WeightInitializer = options.Initializer("weight_initializer", defaults.WeightInitializer),
        });
    }

    internal static void Write(Embedding layer, OptionWriter options)
    {
        options.Integer("vocabulary", layer.Vocabulary);
        options.Integer("units", layer.Units);
        if (layer.Options.Padding is { } padding) options.Integer("padding", padding);
        options.Initializer("weight_initializer", layer.Options.WeightInitializer);
    }
}
