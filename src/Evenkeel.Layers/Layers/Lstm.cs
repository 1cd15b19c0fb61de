using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Long short-term memory, gates i, f, g, o: <c>c = f c' + i g</c>, <c>h = o tanh(c)</c>; a sequence <c>[N, T, F]</c> to <c>[N, T, units]</c> or <c>[N, units]</c>, images row by row.</summary>
/// <remarks>Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000. Parameters as in PyTorch: <c>weight_ih_l0 [F, gates * units]</c> and <c>weight_hh_l0 [units, gates * units]</c>, to which weight decay applies, <c>bias_ih_l0</c> and <c>bias_hh_l0</c>, to which it does not.</remarks>
public sealed class Lstm : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="units">Units of the state, at least 1; checked when a model is built.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    public Lstm(int units, RecurrentOptions? options = null) => (Units, Options) = (units, options ?? new RecurrentOptions());

    /// <summary>Units of the state.</summary>
    public int Units { get; }

    /// <summary>The rest.</summary>
    public RecurrentOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "lstm";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no units, or epsilon is not above 0. EK0121: the input is no sequence.</exception>
    public override Value Build(BuildScope scope, Value input) => RecurrentParts.Build(scope, input, RecurrentCell.Lstm, Units, Options);

    internal static Lstm Read(OptionReader options) => new(options.Integer("units"), RecurrentOptions.Read(options));

    internal static void Write(Lstm layer, OptionWriter options)
    {
        options.Integer("units", layer.Units);
        layer.Options.Write(options);
    }
}
