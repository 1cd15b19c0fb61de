using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Tells the layers inside it which steps of padded sequences are there: those of which any number differs from the value of padding. Put padding at the end.</summary>
/// <remarks>
/// <see cref="BatchNorm"/> then takes its statistics over these steps alone, <see cref="SequencePool"/> and <c>RecurrentOutput.Last</c> the last of them, <see cref="MultiHeadAttention"/> looks at no other key.
/// Layers that work step by step need no mask. Input <c>[N, T]</c>, <c>[N, T, F]</c> or images, read row by row; parameters are named as those of the layer inside.
/// </remarks>
public sealed class Masked : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="inner">What sees the mask, as a rule a <see cref="Sequential"/>.</param>
    /// <param name="padding">The value of padding. Default 0.</param>
    public Masked(Layer inner, float padding = 0)
    {
        ArgumentNullException.ThrowIfNull(inner);
        (Inner, Padding) = (inner, padding);
    }

    /// <summary>What sees the mask.</summary>
    public Layer Inner { get; }

    /// <summary>The value of padding.</summary>
    public float Padding { get; }

    /// <inheritdoc/>
    public override string Kind => "masked";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0121: the input is no sequence.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var sequence = input.Shape is { IsBatched: true, Rank: 2 } ? input : Sequences.Of(scope, input);
        var mask = new SequenceMaskNode(scope.NameOf("mask"), sequence, Padding).Output;
        return scope.WithMask(mask, () => Inner.Build(scope, sequence));
    }

    internal static Masked Read(OptionReader options) => new(options.Layer("inner"), options.Number("padding", 0));

    internal static void Write(Masked layer, OptionWriter options)
    {
        options.Layer("inner", layer.Inner);
        options.Number("padding", layer.Padding);
    }
}
