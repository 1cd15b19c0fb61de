using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>Recurrent networks that read a sample step by step, images row by row: as many recurrent layers as <see cref="ModelOptions.Hidden"/> has sizes, and a linear layer behind the last state.</summary>
/// <remarks>
/// Tensors are named <c>layer1.weight_ih_l0</c>, ..., <c>output.weight</c>. <c>batch</c> normalises inside the cells with statistics for every time step (arXiv 1603.09025), <c>layer</c> every sample (arXiv 1607.06450).
/// </remarks>
internal static class RecurrentNetwork
{
    public static Sequential Create(RecurrentCell cell, ModelOptions options)
    {
        List<NamedLayer> layers = [];
        var normalization = options.Normalization.Name switch
        {
            "none" => RecurrentNormalization.None,
            "batch" => RecurrentNormalization.BatchPerStep,
            "layer" => RecurrentNormalization.Layer,
            var other => throw LayerErrors.BadOption(nameof(RecurrentNetwork), $"the normalisation {other}", "batch, layer or none", "Other normalisations have no form inside a recurrent cell."),
        };
        for (var i = 0; i < options.Hidden.Length; i++)
        {
            var recurrent = new RecurrentOptions
            {
                Output = i == options.Hidden.Length - 1 ? RecurrentOutput.Last : RecurrentOutput.Sequence,
                Normalization = normalization,
                RunningAverage = options.BatchNorm.RunningAverage,
                // Rows at the border of an image are the same for all samples of a batch; a smaller epsilon makes noise of them.
                Epsilon = 1e-2f,
                ForgetBias = 1,
                InputInitializer = options.WeightInitializer,
                RecurrentInitializer = options.WeightInitializer ?? new Orthogonal(),
            };
            var units = options.Hidden[i];
            Layer layer = cell switch { RecurrentCell.Lstm => new Lstm(units, recurrent), RecurrentCell.Gru => new Gru(units, recurrent), _ => new Rnn(units, recurrent) };
            layers.Add((FormattableString.Invariant($"layer{i + 1}"), layer));
            if (options.Dropout != 0) layers.Add((FormattableString.Invariant($"layer{i + 1}.dropout"), new Dropout(options.Dropout)));
        }

        if (layers.Count == 0) throw LayerErrors.BadOption(nameof(RecurrentNetwork), "no hidden layer", "at least one", "Give --hidden a size, for example 128.");
        layers.Add(("output", new Dense(options.Outputs, new DenseOptions { WeightInitializer = options.WeightInitializer ?? LeCun.Normal })));
        return new Sequential([.. layers]);
    }
}
