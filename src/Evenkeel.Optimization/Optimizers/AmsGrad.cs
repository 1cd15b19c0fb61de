using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>AMSGrad: <see cref="Adam"/> that divides by the largest mean square so far, so that no rate ever grows.</summary>
/// <remarks>Reddi, Kale and Kumar, ICLR 2018, Algorithm 2, with the bias corrections of PyTorch; weight decay is coupled. t counts commits from 1.</remarks>
public sealed class AmsGrad : UpdateMethod
{
    /// <summary>What is kept of the mean gradient, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta1
    {
        get;
        init => field = OptionRanges.Retention(nameof(AmsGrad), "beta1", value);
    } = 0.9f;

    /// <summary>What is kept of the mean squared gradient, in [0, 1). Default 0.999.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta2
    {
        get;
        init => field = OptionRanges.Retention(nameof(AmsGrad), "beta2", value);
    } = 0.999f;

    /// <summary>Added to the root, outside it and after the correction; above 0. Default 1e-8.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(AmsGrad), value);
    } = 1e-8f;

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(AmsGrad), value);
    }

    /// <inheritdoc/>
    public override string Name => "amsgrad";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["mean", "mean_square", "largest_mean_square"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new RuleSweeper<AmsGradRule>(width, Coefficients.Of(Beta1, Beta2, Epsilon, WeightDecay), Coefficients.BiasCorrections(Beta1, Beta2));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"amsgrad(beta1 {Beta1}, beta2 {Beta2}, epsilon {Epsilon}, weight decay {WeightDecay})");
}
