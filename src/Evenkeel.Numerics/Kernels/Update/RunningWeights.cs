using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Update;

/// <summary>Arguments of <see cref="RunningWeights"/>.</summary>
public unsafe struct RunningWeightsArguments
{
    /// <summary>Parameters w.</summary>
    public float* Parameters;

    /// <summary>Their running average s, read and written.</summary>
    public float* Average;

    /// <summary>Elements.</summary>
    public int Count;

    /// <summary>What the average keeps of itself, in [0, 1]; 0 makes it a copy of the parameters.</summary>
    public float Retention;

    /// <summary>Whether the parameters then become the average: <c>w = s</c>.</summary>
    public bool WritesBack;
}

/// <summary>A running average of parameters: <c>s = retention s + (1 - retention) w</c>, and <c>w = s</c> where wanted.</summary>
/// <remarks>Written as <c>w + retention (s - w)</c>: a parameter that stands still has exactly itself as its average. Traffic: reads 8 and writes 4 or 8 bytes per element. No sums.</remarks>
public readonly unsafe struct RunningWeights : IKernel<RunningWeightsArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref RunningWeightsArguments arguments)
        where P : struct, IPack<P>
    {
        if (arguments.WritesBack) Sweep<P, On>(ref arguments);
        else Sweep<P, Off>(ref arguments);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sweep<P, TWritesBack>(ref RunningWeightsArguments arguments)
        where P : struct, IPack<P>
        where TWritesBack : struct, ISwitch
    {
        float* w = arguments.Parameters, s = arguments.Average;
        var retention = P.Broadcast(arguments.Retention);
        var i = 0;
        for (; i + P.Width <= arguments.Count; i += P.Width)
        {
            var parameter = P.Load(w + i);
            var average = P.MultiplyAdd(retention, P.Load(s + i) - parameter, parameter);
            P.Store(s + i, average);
            if (TWritesBack.IsOn) P.Store(w + i, average);
        }

        var rest = arguments.Count - i;
        if (rest == 0) return;
        var last = P.LoadPartial(w + i, rest);
        var lastAverage = P.MultiplyAdd(retention, P.LoadPartial(s + i, rest) - last, last);
        P.StorePartial(s + i, lastAverage, rest);
        if (TWritesBack.IsOn) P.StorePartial(w + i, lastAverage, rest);
    }
}
