using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>The largest of several linear pieces: <c>[N, ..., pieces * units]</c> to <c>[N, ..., units]</c>. Put it behind a layer of <c>pieces * units</c> channels and no other nonlinearity.</summary>
/// <remarks>Goodfellow et al., arXiv 1302.4389, section 3: <c>new Dense(240 * 5), new Maxout(5)</c>. Piece i of unit j is channel <c>i units + j</c>.</remarks>
public sealed class Maxout : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="pieces">How many pieces compete, at least 1; checked when a model is built.</param>
    public Maxout(int pieces) => Pieces = pieces;

    /// <summary>How many pieces compete.</summary>
    public int Pieces { get; }

    /// <inheritdoc/>
    public override string Kind => "maxout";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: there are no pieces. EK0121: the channels are no multiple of them.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (Pieces < 1) throw LayerErrors.BadOption(scope.Where, "pieces", Pieces, "1 or more", "2 to 5 are usual.");
        if (!input.Shape.IsBatched || input.Shape.Rank < 2 || input.Shape.Channels % Pieces != 0)
            throw LayerErrors.BadInput(scope.Where, input.Shape, $"[N, ..., channels] with a multiple of {Pieces} channels", "Give the layer before it as many channels as units times pieces.");
        return new MaxoutNode(scope.Name, input, Pieces).Output;
    }

    internal static Maxout Read(OptionReader options) => new(options.Integer("pieces"));

    internal static void Write(Maxout layer, OptionWriter options) => options.Integer("pieces", layer.Pieces);
}
