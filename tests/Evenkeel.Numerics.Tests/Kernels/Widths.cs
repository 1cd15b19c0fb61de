using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Tests.Kernels;

/// <summary>A row per width that the hardware has, in bits.</summary>
public sealed class Widths : TheoryData<int>
{
    public Widths() => AddRange([.. PackWidths.Supported]);
}

/// <summary>Runs a kernel at a width given in bits.</summary>
internal static class Run
{
    public static void Kernel<TKernel, TArguments>(int bits, ref TArguments arguments)
        where TKernel : struct, IKernel<TArguments>
        where TArguments : struct => KernelEntry<TArguments>.Of<TKernel>(bits).Run(ref arguments);
}
