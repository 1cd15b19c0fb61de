using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>AdaGrad: <c>G += g^2</c>, <c>w -= rate g / (sqrt G + epsilon)</c>; the steps shrink as <c>1 / sqrt t</c> by themselves.</summary>
/// <remarks>Duchi, Hazan and Singer, JMLR 12 (2011) 2121; weight decay is coupled, <c>g += decay w</c>, as in PyTorch.</remarks>
public sealed class AdaGrad : UpdateMethod
{
    /// <summary>Added to the root, above 0. Default 1e-10.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(AdaGrad), value);
    } = 1e-10f;

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(AdaGrad), value);
    }

    /// <inheritdoc/>
    public override string Name => "adagrad";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["sum_square"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new RuleSweeper<AdaGradRule>(width, Coefficients.Of(0, epsilon: Epsilon, weightDecay: WeightDecay));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"adagrad(epsilon {Epsilon}, weight decay {WeightDecay})");
}
