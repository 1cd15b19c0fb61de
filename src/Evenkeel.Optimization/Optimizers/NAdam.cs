using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>NAdam: <see cref="Adam"/> with Nesterov's look-ahead and a momentum that climbs, <c>mu_t = b1 (1 - 0.96^(t psi) / 2)</c>.</summary>
/// <remarks>Dozat, Incorporating Nesterov momentum into Adam, 2016, in the form of PyTorch; weight decay is coupled. t counts commits from 1.</remarks>
public sealed class NAdam : UpdateMethod
{
    /// <summary>What is kept of the mean gradient, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta1
    {
        get;
        init => field = OptionRanges.Retention(nameof(NAdam), "beta1", value);
    } = 0.9f;

    /// <summary>What is kept of the mean squared gradient, in [0, 1). Default 0.999.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta2
    {
        get;
        init => field = OptionRanges.Retention(nameof(NAdam), "beta2", value);
    } = 0.999f;

    /// <summary>Added to the root, outside it and after the correction; above 0. Default 1e-8.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(NAdam), value);
    } = 1e-8f;

    /// <summary>How fast the momentum climbs, psi, from 0 on. Default 0.004.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float MomentumDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(NAdam), value);
    } = 0.004f;

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(NAdam), value);
    }

    /// <inheritdoc/>
    public override string Name => "nadam";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["mean", "mean_square"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width)
    {
        var (beta1, beta2, decay) = (Coefficients.Exact(Beta1), Coefficients.Exact(Beta2), Coefficients.Exact(MomentumDecay));
        var (known, product) = (0L, 1.0);
        return new RuleSweeper<NAdamRule>(width, Coefficients.Of(Beta1, Beta2, Epsilon, WeightDecay), (long commit, ref UpdateNumbers numbers) =>
        {
            // The product over all commits so far; a resumed run multiplies in the same order, so it gets the same bits.
            if (commit < known) (known, product) = (0, 1);
            for (; known <= commit; known++) product *= Momentum(known + 1);
            var next = Momentum(commit + 2);
            numbers.GradientCorrection = (float)((1 - Momentum(commit + 1)) / (1 - product));
            numbers.FirstCorrection = (float)(next / (1 - (product * next)));
            numbers.SecondCorrection = (float)(1 / (1 - Math.Pow(beta2, commit + 1.0)));
        });

        double Momentum(long t) => beta1 * (1 - (0.5 * Math.Pow(0.96, t * decay)));
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"nadam(beta1 {Beta1}, beta2 {Beta2}, epsilon {Epsilon}, momentum decay {MomentumDecay}, weight decay {WeightDecay})");
}
