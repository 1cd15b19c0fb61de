using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>Adam: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>, <c>w -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)</c>.</summary>
/// <remarks>Kingma and Ba, arXiv 1412.6980, Algorithm 1; weight decay is coupled, <c>g += decay w</c>, as in PyTorch. t counts commits from 1.</remarks>
public sealed class Adam : UpdateMethod
{
    /// <summary>What is kept of the mean gradient, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta1
    {
        get;
        init => field = OptionRanges.Retention(nameof(Adam), "beta1", value);
    } = 0.9f;

    /// <summary>What is kept of the mean squared gradient, in [0, 1). Default 0.999.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta2
    {
        get;
        init => field = OptionRanges.Retention(nameof(Adam), "beta2", value);
    } = 0.999f;

    /// <summary>Added to the root, outside it and after the correction; above 0. Default 1e-8.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(Adam), value);
    } = 1e-8f;

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 0; <see cref="AdamW"/> decays without the adaptive step.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(Adam), value);
    }

    /// <inheritdoc/>
    public override string Name => "adam";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["mean", "mean_square"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new RuleSweeper<AdamRule>(
        width,
        Coefficients.Of(Beta1, Beta2, Epsilon, WeightDecay),
        Coefficients.BiasCorrections(Beta1, Beta2));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"adam(beta1 {Beta1}, beta2 {Beta2}, epsilon {Epsilon}, weight decay {WeightDecay})");
}
