using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>Stochastic gradient descent, plain or with momentum: <c>g += decay w</c>, <c>v = momentum v + g</c>, <c>w -= rate v</c>, or <c>w -= rate (g + momentum v)</c> with Nesterov's look-ahead.</summary>
/// <remarks>Polyak 1964; Sutskever et al. 2013; in PyTorch's form (no dampening; the rate stands outside the velocity). The schedule gives the rate of every commit.</remarks>
public sealed class Sgd : UpdateMethod
{
    /// <summary>What is kept of the velocity, in [0, 1). Default 0, plain descent; 0.9 is usual.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Momentum
    {
        get;
        init => field = OptionRanges.Retention(nameof(Sgd), "momentum", value);
    }

    /// <summary>Whether the step looks ahead along the velocity. Default no; without momentum it changes nothing.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 0.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(Sgd), value);
    }

    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => Momentum == 0 ? [] : ["momentum"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width)
    {
        var numbers = Coefficients.Of(Momentum, weightDecay: WeightDecay);
        if (Momentum == 0) return new RuleSweeper<SgdRule>(width, numbers);
        return Nesterov ? new RuleSweeper<NesterovRule>(width, numbers) : new RuleSweeper<MomentumRule>(width, numbers);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"sgd(momentum {Momentum}{(Nesterov ? ", nesterov" : "")}, weight decay {WeightDecay})");
}
