using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>Lion: every parameter moves by the rate, along the sign of a mean: <c>w -= rate (sign(b1 m + (1 - b1) g) + decay w)</c>, <c>m = b2 m + (1 - b2) g</c>.</summary>
/// <remarks>Chen et al., arXiv 2302.06675, Algorithm 2. A rate of a third to a tenth of AdamW's and a decay of three to ten times as much are usual.</remarks>
public sealed class Lion : UpdateMethod
{
    /// <summary>What the step takes of the momentum, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta1
    {
        get;
        init => field = OptionRanges.Retention(nameof(Lion), "beta1", value);
    } = 0.9f;

    /// <summary>What is kept of the momentum, in [0, 1). Default 0.99.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta2
    {
        get;
        init => field = OptionRanges.Retention(nameof(Lion), "beta2", value);
    } = 0.99f;

    /// <summary>By how much the weights that decay shrink per unit of rate, from 0 on. Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(Lion), value);
    }

    /// <inheritdoc/>
    public override string Name => "lion";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["momentum"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new RuleSweeper<LionRule>(width, Coefficients.Of(Beta1, Beta2, weightDecay: WeightDecay));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"lion(beta1 {Beta1}, beta2 {Beta2}, weight decay {WeightDecay})");
}
