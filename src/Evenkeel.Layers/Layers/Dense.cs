using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers;

/// <summary>Whether a layer adds a bias.</summary>
public enum BiasUse
{
    /// <summary>Yes, unless only batch normalisation with batch statistics follows, which would subtract it again (Ioffe and Szegedy 2015, section 3.2).</summary>
    Auto,

    /// <summary>Yes, also where it has no effect.</summary>
    Always,

    /// <summary>No.</summary>
    Never,
}

/// <summary>What can be chosen about a <see cref="Dense"/> layer.</summary>
public sealed record DenseOptions
{
    /// <summary>Whether there is a bias. Default <see cref="BiasUse.Auto"/>.</summary>
    public BiasUse Bias { get; init; } = BiasUse.Auto;

    /// <summary>The first weights. Default He's normal distribution over the inputs, which keeps the scale of signals through ReLU networks; before batch normalisation the scale does not matter.</summary>
    public Initializer WeightInitializer { get; init; } = He.Normal;

    /// <summary>The first biases. Default zeros.</summary>
    public Initializer BiasInitializer { get; init; } = Constant.Zero;

    /// <summary>Whether the product uses the weights as stored, standardised, normalised or divided by their largest singular value. Default as stored.</summary>
    public WeightReparametrization Reparametrization { get; init; }
}

/// <summary>A fully connected layer, <c>y = x W + b</c>: <c>[N, inputs]</c> to <c>[N, units]</c>, or at every step of a sequence <c>[N, T, inputs]</c> to <c>[N, T, units]</c>.</summary>
/// <remarks>Parameters: <c>weight [inputs, units]</c>, to which weight decay applies, <c>bias [units]</c>, to which it does not, and with normalised weights <c>gain [units]</c>, likewise.</remarks>
public sealed class Dense : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="units">How many numbers go out, at least 1; checked when a model is built.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    public Dense(int units, DenseOptions? options = null)
    {
        Units = units;
        Options = options ?? new DenseOptions();
    }

    /// <summary>How many numbers go out.</summary>
    public int Units { get; }

    /// <summary>The rest.</summary>
    public DenseOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: no units. EK0121: the input is neither <c>[N, features]</c> nor <c>[N, T, features]</c>.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var weight = Weight(scope, input, Units, Options, takesSequences: true);
        return AddBias(scope, new MatrixProductNode(scope.Name, input, weight).Output, Options);
    }

    /// <summary>The weights that the product uses, once units and input are known to fit.</summary>
    internal static Value Weight(BuildScope scope, Value input, int units, DenseOptions options, bool takesSequences = false)
    {
        if (units < 1) throw LayerErrors.BadOption(scope.Where, "units", units, "at least 1", "A layer of 10 units gives 10 numbers per sample.");
        if (input.Shape is not { IsBatched: true, Rank: 2 } && !(takesSequences && input.Shape is { IsBatched: true, Rank: 3 }))
            throw LayerErrors.BadInput(scope.Where, input.Shape, "[N, features]", "Put a Flatten before it.");
        return WeightParameters.Create(scope, Shape.Of(input.Shape.Channels, units), options.WeightInitializer, options.Reparametrization);
    }

    /// <summary>The product with its bias, where there is one.</summary>
    internal static Value AddBias(BuildScope scope, Value product, DenseOptions options)
    {
        if (options.Bias == BiasUse.Never) return product;
        var bias = scope.Parameter("bias", Shape.Of(product.Shape.Channels), options.BiasInitializer, decays: false);
        return new BiasAddNode(scope.NameOf("bias"), product, bias, dropIfCancelled: options.Bias == BiasUse.Auto).Output;
    }

    internal static Dense Read(OptionReader options) => new(options.Integer("units"), ReadOptions(options));

    internal static void Write(Dense layer, OptionWriter options)
    {
        options.Integer("units", layer.Units);
        WriteOptions(layer.Options, options);
    }

    internal static DenseOptions ReadOptions(OptionReader options)
    {
        var defaults = new DenseOptions();
        return new DenseOptions
        {
            Bias = options.Choice("bias", defaults.Bias),
            WeightInitializer = options.Initializer("weight_initializer", defaults.WeightInitializer),
            BiasInitializer = options.Initializer("bias_initializer", defaults.BiasInitializer),
            Reparametrization = options.Choice("reparametrization", defaults.Reparametrization),
        };
    }

    internal static void WriteOptions(DenseOptions dense, OptionWriter options)
    {
        options.Choice("bias", dense.Bias);
        options.Initializer("weight_initializer", dense.WeightInitializer);
        options.Initializer("bias_initializer", dense.BiasInitializer);
        if (dense.Reparametrization != WeightReparametrization.None) options.Choice("reparametrization", dense.Reparametrization);
    }
}
