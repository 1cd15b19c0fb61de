namespace Evenkeel.Numerics.Packs;

/// <summary>The layout of an IEEE 754 single.</summary>
internal static class FloatBits
{
    public const int ExponentBias = 127;
    public const int SignificandBits = 23;
    public const int SignificandMask = 0x007F_FFFF;
    public const int One = 0x3F80_0000;
}
