using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Packs;

/// <summary>8 lanes in one 256-bit register.</summary>
public unsafe struct Pack256 : IPack<Pack256>
{
    private Vector256<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Pack256(Vector256<float> value) => _value = value;

    /// <inheritdoc/>
    public static int Width => 8;

    /// <inheritdoc/>
    public static int Registers => 15;

    /// <inheritdoc/>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    /// <inheritdoc/>
    public static Pack256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 Broadcast(float value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 Load(float* source) => new(Vector256.Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 LoadBytes(byte* source)
    {
        if (Avx2.IsSupported) return new(Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(source)));
        var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsByte());
        return new(Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32()));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 LoadPartial(float* source, int count)
    {
        if (Avx.IsSupported) return new(Avx.MaskLoad(source, LaneMask(count)));
        var value = Vector256<float>.Zero;
        for (var lane = 0; lane < count; lane++) value = value.WithElement(lane, source[lane]);
        return new(value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Pack256 value) => value._value.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(float* destination, Pack256 value, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, LaneMask(count), value._value);
            return;
        }

        for (var lane = 0; lane < count; lane++) destination[lane] = value._value.GetElement(lane);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(float* destination, Pack256 value) => value._value.StoreAlignedNonTemporal(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 operator +(Pack256 a, Pack256 b) => new(a._value + b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 operator -(Pack256 a, Pack256 b) => new(a._value - b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 operator *(Pack256 a, Pack256 b) => new(a._value * b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 operator /(Pack256 a, Pack256 b) => new(a._value / b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 operator -(Pack256 a) => new(-a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 MultiplyAdd(Pack256 a, Pack256 b, Pack256 c) => new(Vector256.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 SubtractProduct(Pack256 a, Pack256 b, Pack256 c) =>
        new(Fma.IsSupported ? Fma.MultiplyAddNegated(a._value, b._value, c._value) : Vector256.MultiplyAddEstimate(-a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Pack256 sum, Pack256 a, Pack256 b) => sum._value = Vector256.MultiplyAddEstimate(a._value, b._value, sum._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 Max(Pack256 a, Pack256 b) => new(Vector256.MaxNative(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 Min(Pack256 a, Pack256 b) => new(Vector256.MinNative(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 Abs(Pack256 a) => new(Vector256.Abs(a._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 SquareRoot(Pack256 a) => new(Vector256.Sqrt(a._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 PowerOfTwo(Pack256 a) => new((a._value.AsInt32() << FloatBits.SignificandBits).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 Exponent(Pack256 a) =>
        new(Vector256.ConvertToSingle(Vector256.ShiftRightLogical(a._value.AsInt32(), FloatBits.SignificandBits) - Vector256.Create(FloatBits.ExponentBias)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 Significand(Pack256 a) =>
        new(((a._value.AsInt32() & Vector256.Create(FloatBits.SignificandMask)) | Vector256.Create(FloatBits.One)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 GreaterThan(Pack256 a, Pack256 b) => new(Vector256.GreaterThan(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 EqualTo(Pack256 a, Pack256 b) => new(Vector256.Equals(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 LanesOf(uint bits)
    {
        var own = Vector256.Create(1u, 2u, 4u, 8u, 1u << 4, 1u << 5, 1u << 6, 1u << 7);
        return new(Vector256.Equals(Vector256.Create(bits) & own, own).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 Select(Pack256 mask, Pack256 a, Pack256 b) => new(Vector256.ConditionalSelect(mask._value, a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 SelectGreater(Pack256 a, Pack256 b, Pack256 x, Pack256 y) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a._value, b._value), x._value, y._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack256 CopySign(Pack256 magnitude, Pack256 sign) => new(Vector256.CopySign(magnitude._value, sign._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Pack256 a) => Pack128.Sum(new Pack128(a._value.GetLower() + a._value.GetUpper()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxOfLanes(Pack256 a) => Pack128.MaxOfLanes(new Pack128(Vector128.Max(a._value.GetLower(), a._value.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddToDoubles(double* destination, Pack256 value, int count)
    {
        if (count < Width)
        {
            AddSomeToDoubles(destination, value, count);
            return;
        }

        (Vector256.Load(destination) + Vector256.WidenLower(value._value)).Store(destination);
        (Vector256.Load(destination + (Width / 2)) + Vector256.WidenUpper(value._value)).Store(destination + (Width / 2));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddSomeToDoubles(double* destination, Pack256 value, int count)
    {
        for (var lane = 0; lane < count; lane++) destination[lane] += value._value.GetElement(lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LaneMask(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
}
