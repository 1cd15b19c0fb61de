using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;
using Evenkeel.Optimization.Optimizers;

namespace OwnParts;

/// <summary>Signum: every parameter moves by the rate, along the sign of a mean gradient: <c>m = b m + (1 - b) g</c>, <c>w -= rate (sign m + decay w)</c>.</summary>
/// <remarks>Bernstein et al., arXiv 1802.04434, algorithm 2.</remarks>
public sealed class Signum : UpdateMethod
{
    /// <summary>What is kept of the mean gradient, in [0, 1). Default 0.9, the paper's.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>By how much the weights that decay shrink per unit of rate. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override string Name => "signum";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["momentum"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new RuleSweeper<SignumRule>(width, Coefficients.Of(Momentum, weightDecay: WeightDecay));
}

/// <summary>The update of one parameter; the sign of 0 is 0.</summary>
public readonly struct SignumRule : IUpdateRule
{
    /// <inheritdoc/>
    public static int Slots => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>
    {
        first = P.MultiplyAdd(P.Broadcast(numbers.FirstRetention), first, P.Broadcast(numbers.FirstComplement) * gradient);
        var sign = P.Select(P.EqualTo(first, P.Zero), P.Zero, P.CopySign(P.Broadcast(1f), first));
        return P.MultiplyAdd(P.Broadcast(-numbers.LearningRate), P.MultiplyAdd(P.Broadcast(numbers.WeightDecay), parameter, sign), parameter);
    }
}
