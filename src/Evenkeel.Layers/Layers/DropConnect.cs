using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels.DropConnect;

namespace Evenkeel.Layers;

/// <summary>A fully connected layer that drops weights, a mask of its own for every sample: training computes <c>g(x (W m) / (1 - p) + b)</c>, evaluation the mean of g over a normal distribution with training's mean and variance.</summary>
/// <remarks>
/// Wan et al., Regularization of neural networks using DropConnect, ICML 2013, algorithms 1 and 2, in the inverted form: mean <c>x W + b</c>, variance <c>p / (1 - p) (x x)(W W)</c>. The paper draws from that
/// distribution; here the mean is integrated, so that equal samples give equal predictions. The bias is not dropped. Parameters are those of <see cref="Dense"/>. The probability of keeping is taken to the nearest 1 / 65,536;
/// halves are cheapest, since one random bit decides a weight. What is dropped depends on the plan's seed, the layer's name and the attempt alone.
/// </remarks>
public sealed class DropConnect : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="units">How many numbers go out, at least 1; checked when a model is built.</param>
    /// <param name="rate">The probability p of dropping a weight, in [0, 1); 0.5 in the paper. Checked when a model is built.</param>
    /// <param name="activation">The nonlinearity g by its name in the table of activations, or null where normalisation or nothing follows: the mean of a linear unit needs no variance.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    public DropConnect(int units, float rate, string? activation = null, DenseOptions? options = null) =>
        (Units, Rate, Activation, Options) = (units, rate, activation, options ?? new DenseOptions());

    /// <summary>How many numbers go out.</summary>
    public int Units { get; }

    /// <summary>The probability of dropping a weight.</summary>
    public float Rate { get; }

    /// <summary>The nonlinearity's name, or null for none.</summary>
    public string? Activation { get; }

    /// <summary>The rest.</summary>
    public DenseOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "drop_connect";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no units, or the rate is outside [0, 1). EK0121: the input is not <c>[N, features]</c>. EK0122: there is no such activation.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (!(Rate >= 0 && Rate < 1)) throw LayerErrors.BadOption(scope.Where, "rate", Rate, "a probability in [0, 1)", "A rate of 0.5 drops every second weight.");
        if (Activation is not null && !ActivationTable.Contains(Activation)) throw LayerErrors.UnknownName(scope.Where, "activation", Activation, ActivationTable.Names);
        var weight = Dense.Weight(scope, input, Units, Options);
        var dropped = Rate == 0 ? null : new DropConnectNode(scope.Name, input, weight, Rate);
        var sum = Dense.AddBias(scope, dropped?.Output ?? new MatrixProductNode(scope.Name, input, weight).Output, Options);
        if (Activation is null) return sum;
        var name = scope.NameOf("activation");
        if (dropped is null) return new ActivationNode(name, sum, Activation).Output;
        var kept = new KeepBits(Rate).Probability;
        return new ExpectedActivationNode(name, sum, dropped.Variance, Activation, (float)((1 - kept) / kept)).Output;
    }

    internal static DropConnect Read(OptionReader options) => new(options.Integer("units"), options.Number("rate"), options.Text("activation", "") is { Length: > 0 } name ? name : null, Dense.ReadOptions(options));

    internal static void Write(DropConnect layer, OptionWriter options)
    {
        options.Integer("units", layer.Units);
        options.Number("rate", layer.Rate);
        if (layer.Activation is not null) options.Text("activation", layer.Activation);
        Dense.WriteOptions(layer.Options, options);
    }
}
