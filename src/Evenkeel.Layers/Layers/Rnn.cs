using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>The simple recurrent layer, <c>h = tanh(x W + h' U + b)</c>; a sequence <c>[N, T, F]</c> to <c>[N, T, units]</c> or <c>[N, units]</c>, images row by row.</summary>
/// <remarks>Elman 1990. Parameters as in PyTorch: <c>weight_ih_l0 [F, gates * units]</c> and <c>weight_hh_l0 [units, gates * units]</c>, to which weight decay applies, <c>bias_ih_l0</c> and <c>bias_hh_l0</c>, to which it does not.</remarks>
public sealed class Rnn : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="units">Units of the state, at least 1; checked when a model is built.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    public Rnn(int units, RecurrentOptions? options = null) => (Units, Options) = (units, options ?? new RecurrentOptions());

    /// <summary>Units of the state.</summary>
    public int Units { get; }

    /// <summary>The rest.</summary>
    public RecurrentOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "rnn";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no units, or epsilon is not above 0. EK0121: the input is no sequence.</exception>
    public override Value Build(BuildScope scope, Value input) => RecurrentParts.Build(scope, input, RecurrentCell.Tanh, Units, Options);

    internal static Rnn Read(OptionReader options) => new(options.Integer("units"), RecurrentOptions.Read(options));

    internal static void Write(Rnn layer, OptionWriter options)
    {
        options.Integer("units", layer.Units);
        layer.Options.Write(options);
    }
}
