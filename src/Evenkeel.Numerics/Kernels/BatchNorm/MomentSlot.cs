namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Where one piece leaves its share of the statistics: three planes of doubles [Channels], <c>n</c>, <c>mean</c> and <c>M2 = sum (x - mean)^2</c>.</summary>
/// <remarks>
/// A sweep over blocks of rows has one slot per block, in piece order. Column panels share one slot and write their own channels of it.
/// The count is kept per channel, so that masked and unequal pieces merge by the same formula.
/// </remarks>
public static class MomentSlot
{
    /// <summary>The planes of a slot: count, mean, M2, in this order.</summary>
    public const int Planes = 3;

    /// <summary>The number of doubles in one slot.</summary>
    public static nint Doubles(int channels) => (nint)Planes * channels;
}

/// <summary>Where one piece leaves its share of the backward sums: two planes of doubles [Channels], <c>sum dz</c> and <c>sum dz (x - Center)</c>.</summary>
public static class GradientSlot
{
    /// <summary>The planes of a slot: the sum of dz, the sum of dz * (x - Center), in this order.</summary>
    public const int Planes = 2;

    /// <summary>The number of doubles in one slot.</summary>
    public static nint Doubles(int channels) => (nint)Planes * channels;
}
