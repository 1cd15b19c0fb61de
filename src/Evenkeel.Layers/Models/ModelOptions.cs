using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Layers.Models;

/// <summary>What stands between a product and its nonlinearity in the models of <see cref="ModelTable"/>: a name of <see cref="NormTable"/>.</summary>
/// <param name="Name">The name, for example <c>group</c>; checked when a network is made.</param>
public readonly record struct NormalizationKind(string Name)
{
    /// <summary>Batch normalisation.</summary>
    public static NormalizationKind Batch { get; } = new("batch");

    /// <summary>Nothing.</summary>
    public static NormalizationKind None { get; } = new("none");

    /// <summary>A normalisation by its name.</summary>
    public static implicit operator NormalizationKind(string name) => new(name);

    /// <summary>The layer for a place in a network, or null where there is none.</summary>
    /// <param name="request">What the network asks.</param>
    /// <exception cref="LayerException">EK0122: no normalisation has the name.</exception>
    public Layer? Create(NormRequest request) => NormTable.Create(Name, request);
}

/// <summary>What can be chosen about the models of <see cref="ModelTable"/>.</summary>
public sealed record ModelOptions
{
    /// <summary>How many numbers go out, at least 1: the classes, or the values of a target.</summary>
    public required int Outputs { get; init; }

    /// <summary>The units of the hidden layers of <see cref="Mlp"/>; other networks are as wide as published. Default 100, 100, 100, as in the MNIST experiment of Ioffe and Szegedy 2015; none make a linear model.</summary>
    public ImmutableArray<int> Hidden { get; init; } = [100, 100, 100];

    /// <summary>The nonlinearity's name in the table of activations. Default null, the network's usual one: <c>relu</c>, and <c>relu6</c> for <see cref="MobileNetV2"/>.</summary>
    public string? Activation { get; init; }

    /// <summary>What normalises before every nonlinearity, a name of <see cref="NormTable"/>. Default batch normalisation.</summary>
    public NormalizationKind Normalization { get; init; } = NormalizationKind.Batch;

    /// <summary>What products and convolutions before a normalisation use in place of their stored weights, with or without one; see <see cref="WeightReparametrization"/>. Default the stored weights; recurrent networks and <see cref="TransformerNetwork"/> have no place for others and refuse them.</summary>
    public WeightReparametrization Weights { get; init; }

    /// <summary>The switches of batch normalisation.</summary>
    public BatchNormOptions BatchNorm { get; init; } = BatchNormOptions.Default;

    /// <summary>The probability with which dropout drops, in [0, 1): behind every nonlinearity of <see cref="Mlp"/>, behind every layer of <see cref="DenseNet"/>, before the last layer elsewhere. Default 0, none.</summary>
    public float Dropout { get; init; }

    /// <summary>The probability with which training skips the last residual block of <see cref="ResNet"/> and <see cref="CifarResNet"/> for a sample, in [0, 1); block l of L is skipped with l / L of it (Huang et al., arXiv 1603.09382, section 3). Default 0, none; other networks have no such blocks and refuse it.</summary>
    public float StochasticDepth { get; init; }

    /// <summary>The probability with which training drops weights of the hidden layers of <see cref="Mlp"/>, in [0, 1), see <see cref="Layers.DropConnect"/>. Default 0, none; other networks have no fully connected hidden layers and refuse it.</summary>
    public float DropConnect { get; init; }

    /// <summary>The first weights of all layers; null for the network's own: for <see cref="Mlp"/> normal distributions by He before <c>relu</c>, Glorot before other nonlinearities and LeCun at the output, elsewhere as published.</summary>
    public Initializer? WeightInitializer { get; init; }
}
