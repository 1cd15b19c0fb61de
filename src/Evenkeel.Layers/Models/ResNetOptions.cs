namespace Evenkeel.Layers.Models;

/// <summary>What stands beside the branch of a residual block.</summary>
public enum ResNetShortcut
{
    /// <summary>Option A: the input itself; where the block changes the shape, every second row and column with channels of zeros. No parameters.</summary>
    ZeroPadded,

    /// <summary>Option B: the input itself; where the block changes the shape, a convolution of 1 x 1 with normalisation.</summary>
    Projected,

    /// <summary>Nothing: a plain network.</summary>
    None,
}

/// <summary>What can be chosen about residual networks beyond <see cref="ModelOptions"/>.</summary>
public sealed record ResNetOptions
{
    /// <summary>What stands beside the branches; null for the usual one: option A for CIFAR, option B for ImageNet.</summary>
    public ResNetShortcut? Shortcut { get; init; }

    /// <summary>Whether the last gamma of every branch starts from 0, so that blocks start as the identity (Goyal et al., arXiv 1706.02677, section 5.1). Default no.</summary>
    public bool ZeroLastGamma { get; init; }
}
