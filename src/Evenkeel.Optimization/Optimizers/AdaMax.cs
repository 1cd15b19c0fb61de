using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>AdaMax: Adam with the largest gradient in place of the mean square, <c>u = max(b2 u, |g| + epsilon)</c>, <c>w -= rate m / ((1 - b1^t) u)</c>.</summary>
/// <remarks>Kingma and Ba, arXiv 1412.6980, Algorithm 2, in the form of PyTorch; weight decay is coupled. t counts commits from 1.</remarks>
public sealed class AdaMax : UpdateMethod
{
    /// <summary>What is kept of the mean gradient, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta1
    {
        get;
        init => field = OptionRanges.Retention(nameof(AdaMax), "beta1", value);
    } = 0.9f;

    /// <summary>What is kept of the largest gradient, in [0, 1). Default 0.999.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta2
    {
        get;
        init => field = OptionRanges.Retention(nameof(AdaMax), "beta2", value);
    } = 0.999f;

    /// <summary>Added to the gradient's magnitude, above 0. Default 1e-8.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(AdaMax), value);
    } = 1e-8f;

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(AdaMax), value);
    }

    /// <inheritdoc/>
    public override string Name => "adamax";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["mean", "largest"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new RuleSweeper<AdaMaxRule>(width, Coefficients.Of(Beta1, Beta2, Epsilon, WeightDecay), Coefficients.BiasCorrections(Beta1, Beta2));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"adamax(beta1 {Beta1}, beta2 {Beta2}, epsilon {Epsilon}, weight decay {WeightDecay})");
}
