using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Update;

/// <summary>Arguments of <see cref="AbsolutePenalty"/>.</summary>
public unsafe struct AbsolutePenaltyArguments
{
    /// <summary>Weights w.</summary>
    public float* Parameters;

    /// <summary>Gradients g, read and written.</summary>
    public float* Gradients;

    /// <summary>Elements.</summary>
    public int Count;

    /// <summary>lambda, 0 or more.</summary>
    public float Factor;
}

/// <summary>Adds the subgradient of an L1 penalty to gradients: <c>g += lambda sign(w)</c>, with <c>sign(0) = 0</c>.</summary>
/// <remarks>Reads 8 bytes per element and writes 4. No sums; NaN cannot come here, since steps with one are not committed.</remarks>
public readonly unsafe struct AbsolutePenalty : IKernel<AbsolutePenaltyArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref AbsolutePenaltyArguments arguments)
        where P : struct, IPack<P>
    {
        float* w = arguments.Parameters, g = arguments.Gradients;
        var factor = P.Broadcast(arguments.Factor);
        var i = 0;
        for (; i + P.Width <= arguments.Count; i += P.Width) P.Store(g + i, P.Load(g + i) + Slope(P.Load(w + i), factor));
        var rest = arguments.Count - i;
        if (rest > 0) P.StorePartial(g + i, P.LoadPartial(g + i, rest) + Slope(P.LoadPartial(w + i, rest), factor), rest);
    }

    private static P Slope<P>(P weight, P factor)
        where P : struct, IPack<P> => P.Select(P.EqualTo(weight, P.Zero), P.Zero, P.CopySign(factor, weight));
}
