namespace Evenkeel.Numerics.Packs;

/// <summary>The layout of an IEEE 754 single.</summary>
internal static class FloatBits
{
    public const int ExponentBias = 127;
    public const int SignificandBits = 23;
    public const int SignificandMask = 0x007F_FFFF;
    public const int One = 0x3F80_0000;

    /// <summary><c>1.5 2^23</c> and the bias of the exponent: added to a number, it rounds it to an integer n and leaves <c>n + 127</c> in the lowest bits, where <see cref="IPack{TSelf}.PowerOfTwo"/> finds it.</summary>
    public const float PowerZero = 12_582_912f + ExponentBias;
}
