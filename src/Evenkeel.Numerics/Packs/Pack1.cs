using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Packs;

/// <summary>One lane: scalar code as width one of the same kernel body.</summary>
public unsafe struct Pack1 : IPack<Pack1>
{
    private float _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Pack1(float value) => _value = value;

    /// <inheritdoc/>
    public static int Width => 1;

    /// <inheritdoc/>
    public static int Registers => 15;

    /// <inheritdoc/>
    public static bool IsSupported => true;

    /// <inheritdoc/>
    public static Pack1 Zero => default;

    /// <inheritdoc/>
    public static Pack1 Broadcast(float value) => new(value);

    /// <inheritdoc/>
    public static Pack1 Load(float* source) => new(*source);

    /// <inheritdoc/>
    public static Pack1 LoadBytes(byte* source) => new(*source);

    /// <inheritdoc/>
    public static Pack1 LoadPartial(float* source, int count) => count > 0 ? new(*source) : default;

    /// <inheritdoc/>
    public static void Store(float* destination, Pack1 value) => *destination = value._value;

    /// <inheritdoc/>
    public static void StorePartial(float* destination, Pack1 value, int count)
    {
        if (count > 0) *destination = value._value;
    }

    /// <inheritdoc/>
    public static void StoreNonTemporal(float* destination, Pack1 value) => *destination = value._value;

    /// <inheritdoc/>
    public static Pack1 operator +(Pack1 a, Pack1 b) => new(a._value + b._value);

    /// <inheritdoc/>
    public static Pack1 operator -(Pack1 a, Pack1 b) => new(a._value - b._value);

    /// <inheritdoc/>
    public static Pack1 operator *(Pack1 a, Pack1 b) => new(a._value * b._value);

    /// <inheritdoc/>
    public static Pack1 operator /(Pack1 a, Pack1 b) => new(a._value / b._value);

    /// <inheritdoc/>
    public static Pack1 operator -(Pack1 a) => new(-a._value);

    /// <inheritdoc/>
    public static Pack1 MultiplyAdd(Pack1 a, Pack1 b, Pack1 c) => new(float.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    public static Pack1 SubtractProduct(Pack1 a, Pack1 b, Pack1 c) => new(float.MultiplyAddEstimate(-a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Pack1 sum, Pack1 a, Pack1 b) => sum._value = float.MultiplyAddEstimate(a._value, b._value, sum._value);

    /// <inheritdoc/>
    public static Pack1 Max(Pack1 a, Pack1 b) => a._value > b._value ? a : b;

    /// <inheritdoc/>
    public static Pack1 Min(Pack1 a, Pack1 b) => a._value < b._value ? a : b;

    /// <inheritdoc/>
    public static Pack1 Abs(Pack1 a) => new(MathF.Abs(a._value));

    /// <inheritdoc/>
    public static Pack1 SquareRoot(Pack1 a) => new(MathF.Sqrt(a._value));

    /// <inheritdoc/>
    public static Pack1 PowerOfTwo(Pack1 a) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a._value) << FloatBits.SignificandBits));

    /// <inheritdoc/>
    public static Pack1 Exponent(Pack1 a) =>
        new((BitConverter.SingleToInt32Bits(a._value) >>> FloatBits.SignificandBits) - FloatBits.ExponentBias);

    /// <inheritdoc/>
    public static Pack1 Significand(Pack1 a) =>
        new(BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(a._value) & FloatBits.SignificandMask) | FloatBits.One));

    /// <inheritdoc/>
    public static Pack1 GreaterThan(Pack1 a, Pack1 b) => Mask(a._value > b._value);

    /// <inheritdoc/>
    public static Pack1 EqualTo(Pack1 a, Pack1 b) => Mask(a._value == b._value);

    /// <inheritdoc/>
    public static Pack1 LanesOf(uint bits) => Mask((bits & 1) != 0);

    /// <inheritdoc/>
    public static Pack1 Select(Pack1 mask, Pack1 a, Pack1 b) => BitConverter.SingleToInt32Bits(mask._value) != 0 ? a : b;

    /// <inheritdoc/>
    public static Pack1 SelectGreater(Pack1 a, Pack1 b, Pack1 x, Pack1 y) => a._value > b._value ? x : y;

    /// <inheritdoc/>
    public static Pack1 CopySign(Pack1 magnitude, Pack1 sign) => new(MathF.CopySign(magnitude._value, sign._value));

    /// <inheritdoc/>
    public static float Sum(Pack1 a) => a._value;

    /// <inheritdoc/>
    public static float MaxOfLanes(Pack1 a) => a._value;

    /// <inheritdoc/>
    public static void AddToDoubles(double* destination, Pack1 value, int count)
    {
        if (count > 0) *destination += value._value;
    }

    private static Pack1 Mask(bool condition) => new(BitConverter.Int32BitsToSingle(condition ? -1 : 0));
}
