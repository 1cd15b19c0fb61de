using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Packs;

/// <summary>Hints that a cache line will be needed; they never fault and never change a result.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Asks for the line of <paramref name="address"/> in every cache level. Does nothing where the hardware has no such hint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nearest(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }
}
