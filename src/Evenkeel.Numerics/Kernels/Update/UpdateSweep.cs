using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Update;

/// <summary>Arguments of <see cref="UpdateSweep{TRule}"/>.</summary>
public unsafe struct UpdateSweepArguments
{
    /// <summary>Parameters, read and written.</summary>
    public float* Parameters;

    /// <summary>Gradients.</summary>
    public float* Gradients;

    /// <summary>Slot 0, read and written, where the rule has one.</summary>
    public float* FirstSlot;

    /// <summary>Slot 1, read and written, where the rule has one.</summary>
    public float* SecondSlot;

    /// <summary>Slot 2, read and written, where the rule has one.</summary>
    public float* ThirdSlot;

    /// <summary>Elements.</summary>
    public int Count;

    /// <summary>The commit's numbers.</summary>
    public UpdateNumbers Numbers;
}

/// <summary>One pass of an update rule over parameters, gradients and slots.</summary>
/// <typeparam name="TRule">The rule.</typeparam>
/// <remarks>Traffic: reads 8 and writes 4 bytes per element, and 8 more per slot. No sums; NaN cannot come here, since steps with one are not committed.</remarks>
public readonly unsafe struct UpdateSweep<TRule> : IKernel<UpdateSweepArguments>
    where TRule : struct, IUpdateRule
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref UpdateSweepArguments arguments)
        where P : struct, IPack<P>
    {
        float* w = arguments.Parameters, g = arguments.Gradients, s = arguments.FirstSlot, t = arguments.SecondSlot, u = arguments.ThirdSlot;
        var numbers = arguments.Numbers;
        var i = 0;
        for (; i + P.Width <= arguments.Count; i += P.Width)
        {
            var first = TRule.Slots > 0 ? P.Load(s + i) : P.Zero;
            var second = TRule.Slots > 1 ? P.Load(t + i) : P.Zero;
            var third = TRule.Slots > 2 ? P.Load(u + i) : P.Zero;
            P.Store(w + i, TRule.Apply(P.Load(w + i), P.Load(g + i), ref first, ref second, ref third, ref numbers));
            if (TRule.Slots > 0) P.Store(s + i, first);
            if (TRule.Slots > 1) P.Store(t + i, second);
            if (TRule.Slots > 2) P.Store(u + i, third);
        }

        if (i == arguments.Count) return;
        var count = arguments.Count - i;
        var firstRest = TRule.Slots > 0 ? P.LoadPartial(s + i, count) : P.Zero;
        var secondRest = TRule.Slots > 1 ? P.LoadPartial(t + i, count) : P.Zero;
        var thirdRest = TRule.Slots > 2 ? P.LoadPartial(u + i, count) : P.Zero;
        P.StorePartial(w + i, TRule.Apply(P.LoadPartial(w + i, count), P.LoadPartial(g + i, count), ref firstRest, ref secondRest, ref thirdRest, ref numbers), count);
        if (TRule.Slots > 0) P.StorePartial(s + i, firstRest, count);
        if (TRule.Slots > 1) P.StorePartial(t + i, secondRest, count);
        if (TRule.Slots > 2) P.StorePartial(u + i, thirdRest, count);
    }
}
