using System.Runtime.Intrinsics;
using Xunit;

namespace Evenkeel.TestKit;

/// <summary>The pack widths to test here, in bits as <c>PackWidths</c> counts them: 512, 256, 128 and 32 (scalar). Wider ones than the hardware has are left out.</summary>
public sealed class WidthMatrix : TheoryData<int>
{
    /// <summary>Every width that exists, widest first.</summary>
    public static readonly int[] Every = [512, 256, 128, 32];

    /// <summary>The widths that this process has in hardware, widest first, by the runtime's own answer.</summary>
    public static readonly int[] Supported =
    [
        .. Vector512.IsHardwareAccelerated ? [512] : Array.Empty<int>(),
        .. Vector256.IsHardwareAccelerated ? [256] : Array.Empty<int>(),
        .. Vector128.IsHardwareAccelerated ? [128] : Array.Empty<int>(),
        32,
    ];

    /// <summary>A row per supported width.</summary>
    public WidthMatrix() => AddRange(Supported);

    /// <summary>Fails unless this process supports exactly these widths: a switch that has no effect tests nothing.</summary>
    public static void AssertSupported(params int[] expected) => Assert.Equal(expected, Supported);
}
