using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Update;

/// <summary>Arguments of <see cref="GradientClip"/>.</summary>
public unsafe struct GradientClipArguments
{
    /// <summary>Gradients, read and written.</summary>
    public float* Gradients;

    /// <summary>Elements.</summary>
    public int Count;

    /// <summary>What every gradient is multiplied by first.</summary>
    public float Factor;

    /// <summary>The largest magnitude that is left; infinity for none.</summary>
    public float Limit;
}

/// <summary>Bounds gradients in place: <c>g = min(limit, max(-limit, factor g))</c>.</summary>
/// <remarks>Traffic: reads and writes 4 bytes per element. No sums; NaN cannot come here, since steps with one are not committed.</remarks>
public readonly unsafe struct GradientClip : IKernel<GradientClipArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref GradientClipArguments arguments)
        where P : struct, IPack<P>
    {
        var g = arguments.Gradients;
        var factor = P.Broadcast(arguments.Factor);
        var (least, most) = (P.Broadcast(-arguments.Limit), P.Broadcast(arguments.Limit));
        var i = 0;
        for (; i + P.Width <= arguments.Count; i += P.Width) P.Store(g + i, P.Min(most, P.Max(least, factor * P.Load(g + i))));
        var rest = arguments.Count - i;
        if (rest > 0) P.StorePartial(g + i, P.Min(most, P.Max(least, factor * P.LoadPartial(g + i, rest))), rest);
    }
}
