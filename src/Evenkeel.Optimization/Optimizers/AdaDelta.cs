using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>AdaDelta: steps have the size of earlier steps, <c>d = g sqrt(u + epsilon) / sqrt(s + epsilon)</c> with running mean squares s of gradients and u of steps; <c>w -= rate d</c>.</summary>
/// <remarks>Zeiler, arXiv 1212.5701, Algorithm 1; the rate is PyTorch's, usually 1. Weight decay is coupled.</remarks>
public sealed class AdaDelta : UpdateMethod
{
    /// <summary>What is kept of both mean squares, rho, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Retention
    {
        get;
        init => field = OptionRanges.Retention(nameof(AdaDelta), "retention", value);
    } = 0.9f;

    /// <summary>Added inside both roots, above 0; it sets the size of the first steps. Default 1e-6.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(AdaDelta), value);
    } = 1e-6f;

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(AdaDelta), value);
    }

    /// <inheritdoc/>
    public override string Name => "adadelta";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["mean_square", "mean_square_step"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new RuleSweeper<AdaDeltaRule>(width, Coefficients.Of(0, Retention, Epsilon, WeightDecay));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"adadelta(retention {Retention}, epsilon {Epsilon}, weight decay {WeightDecay})");
}
