using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>A small transformer that reads a sample step by step, images row by row: a product and a trained position for every step, as many encoder blocks as <see cref="ModelOptions.Hidden"/> has sizes, the mean over the steps and a linear layer.</summary>
/// <remarks>All sizes are the width, which is the same for all blocks; there are as many heads as divide it with at least <see cref="LeastHeadSize"/> numbers each, and four times the width stands between a block's two products. Blocks are normalised where their branches begin, and once more behind the last one.</remarks>
internal static class TransformerNetwork
{
    private const int LeastHeadSize = 16;

    public static Sequential Create(ModelOptions options)
    {
        if (options.Hidden.Length == 0 || options.Hidden.Any(units => units < 1 || units != options.Hidden[0]))
            throw LayerErrors.BadOption(nameof(TransformerNetwork), $"blocks of [{string.Join(", ", options.Hidden)}] units", "at least one, all of the same width", "Give --hidden for example 64,64.");
        var width = options.Hidden[0];
        var heads = Math.Max(1, width / LeastHeadSize);
        while (width % heads != 0) heads--;
        var block = new TransformerOptions
        {
            Normalization = options.Normalization.Name,
            BatchNorm = options.BatchNorm,
            Activation = options.Activation ?? "relu",
            Dropout = options.Dropout,
            WeightInitializer = options.WeightInitializer ?? Glorot.Uniform,
        };
        List<NamedLayer> layers = [
            ("rows", new Rows()),
            ("embedding", new Dense(width, new DenseOptions { WeightInitializer = options.WeightInitializer ?? LeCun.Normal })),
            ("positions", new PositionEmbedding())];
        for (var i = 0; i < options.Hidden.Length; i++) layers.Add((FormattableString.Invariant($"block{i + 1}"), new TransformerBlock(heads, 4 * width, block)));
        if (options.Normalization.Create(new NormRequest { BatchNorm = options.BatchNorm }) is { } norm) layers.Add(("norm", norm));
        layers.Add(("pool", new SequencePool(SequencePooling.Mean)));
        layers.Add(("output", new Dense(options.Outputs, new DenseOptions { WeightInitializer = options.WeightInitializer ?? LeCun.Normal })));
        return new Sequential([.. layers]);
    }
}
