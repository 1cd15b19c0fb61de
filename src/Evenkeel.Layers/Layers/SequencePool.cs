using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>One row per sequence, <c>[N, T, C]</c> to <c>[N, C]</c>: its last step or the mean of all; inside <see cref="Masked"/> of the steps that are there, and zeros where there is none.</summary>
public sealed class SequencePool : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="pooling">Which row. Default the last step, which has seen all others in a recurrent layer.</param>
    public SequencePool(SequencePooling pooling = SequencePooling.Last) => Pooling = pooling;

    /// <summary>Which row.</summary>
    public SequencePooling Pooling { get; }

    /// <inheritdoc/>
    public override string Kind => "sequence_pool";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0121: the input is no sequence.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var sequence = Sequences.Of(scope, input);
        return new SequencePoolNode(scope.Name, sequence, Sequences.MaskOf(scope, sequence), Pooling).Output;
    }

    internal static SequencePool Read(OptionReader options) => new(options.Choice("pooling", SequencePooling.Last));

    internal static void Write(SequencePool layer, OptionWriter options) => options.Choice("pooling", layer.Pooling);
}
