using System.Collections.Immutable;
using Evenkeel.Graph.Models;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>Sharpness-aware minimisation: another optimizer steps by the gradient of the worst point nearby, <c>w + radius g / |g|</c>. Every step takes two passes over its batch and makes one commit.</summary>
/// <remarks>
/// Foret et al., arXiv 2010.01412, Algorithm 1. Loss, accuracy and running statistics of a step are those of the first pass, at the weights themselves; both passes draw the same
/// dropout. Gradient clipping bounds the second gradient.
/// </remarks>
public sealed class Sam : UpdateMethod
{
    /// <summary>Who steps. Default Sgd with momentum 0.9.</summary>
    public UpdateMethod Inner { get; init; } = new Sgd { Momentum = 0.9f };

    /// <summary>How far the worst point is sought, above 0. Default 0.05.</summary>
    /// <exception cref="OptimizationException">EK0801: not a finite number above 0.</exception>
    public float Radius
    {
        get;
        init => field = OptionRanges.Above(nameof(Sam), "radius", value);
    } = 0.05f;

    /// <inheritdoc/>
    public override string Name => "sam";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => Inner.Slots;

    /// <inheritdoc/>
    public override ImmutableArray<ParameterGroup> Groups => Inner.Groups;

    /// <inheritdoc/>
    public override Regularization Regularization => Inner.Regularization;

    /// <inheritdoc/>
    public override float Ascent => Radius;

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => Inner.CreateSweeper(width);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"sam(radius {Radius}, {Inner})");
}
