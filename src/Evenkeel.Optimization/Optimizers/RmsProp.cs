using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>RMSProp: <c>s = rho s + (1 - rho) g^2</c>, <c>w -= rate g / (sqrt s + epsilon)</c>; optionally with momentum, and by the variance instead of the mean square.</summary>
/// <remarks>Tieleman and Hinton 2012, lecture 6.5; Graves, arXiv 1308.0850, for the centred form. In the form of PyTorch: epsilon outside the root, momentum on the divided gradient, coupled decay.</remarks>
public sealed class RmsProp : UpdateMethod
{
    /// <summary>What is kept of the mean squared gradient, rho, in [0, 1). Default 0.99.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Retention
    {
        get;
        init => field = OptionRanges.Retention(nameof(RmsProp), "retention", value);
    } = 0.99f;

    /// <summary>What is kept of the velocity, in [0, 1). Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Momentum
    {
        get;
        init => field = OptionRanges.Retention(nameof(RmsProp), "momentum", value);
    }

    /// <summary>Whether the mean gradient is taken off before the square, so that the divisor is a deviation. Default no.</summary>
    public bool Centered { get; init; }

    /// <summary>Added to the root, outside it; above 0. Default 1e-8.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(RmsProp), value);
    } = 1e-8f;

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(RmsProp), value);
    }

    /// <inheritdoc/>
    public override string Name => "rmsprop";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => Centered ? ["mean_square", "momentum", "mean"] : Momentum == 0 ? ["mean_square"] : ["mean_square", "momentum"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width)
    {
        var numbers = Coefficients.Of(Momentum, Retention, Epsilon, WeightDecay);
        if (Centered) return new RuleSweeper<CenteredRmsPropRule>(width, numbers);
        return Momentum == 0 ? new RuleSweeper<RmsPropRule>(width, numbers) : new RuleSweeper<RmsPropMomentumRule>(width, numbers);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"rmsprop(retention {Retention}, momentum {Momentum}{(Centered ? ", centered" : "")}, epsilon {Epsilon}, weight decay {WeightDecay})");
}
