using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>Adam with decoupled weight decay: <c>w -= rate decay w</c>, then <see cref="Adam"/> without decay.</summary>
/// <remarks>Loshchilov and Hutter, arXiv 1711.05101, Algorithm 2, with the decay multiplied by the rate, as in PyTorch. t counts commits from 1.</remarks>
public sealed class AdamW : UpdateMethod
{
    /// <summary>What is kept of the mean gradient, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta1
    {
        get;
        init => field = OptionRanges.Retention(nameof(AdamW), "beta1", value);
    } = 0.9f;

    /// <summary>What is kept of the mean squared gradient, in [0, 1). Default 0.999.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta2
    {
        get;
        init => field = OptionRanges.Retention(nameof(AdamW), "beta2", value);
    } = 0.999f;

    /// <summary>Added to the root, outside it and after the correction; above 0. Default 1e-8.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(AdamW), value);
    } = 1e-8f;

    /// <summary>By how much the weights that decay shrink per unit of rate, from 0 on. Default 0.01.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(AdamW), value);
    } = 0.01f;

    /// <inheritdoc/>
    public override string Name => "adamw";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["mean", "mean_square"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new RuleSweeper<AdamWRule>(
        width,
        Coefficients.Of(Beta1, Beta2, Epsilon, WeightDecay),
        Coefficients.BiasCorrections(Beta1, Beta2));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"adamw(beta1 {Beta1}, beta2 {Beta2}, epsilon {Epsilon}, weight decay {WeightDecay})");
}
