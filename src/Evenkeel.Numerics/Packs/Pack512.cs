using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Packs;

/// <summary>16 lanes in one 512-bit register.</summary>
public unsafe struct Pack512 : IPack<Pack512>
{
    private Vector512<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Pack512(Vector512<float> value) => _value = value;

    /// <inheritdoc/>
    public static int Width => 16;

    /// <inheritdoc/>
    public static int Registers => 31;

    /// <inheritdoc/>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <inheritdoc/>
    public static Pack512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 Broadcast(float value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 Load(float* source) => new(Vector512.Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 LoadBytes(byte* source)
    {
        var bytes = Vector128.Load(source);
        if (Avx512F.IsSupported) return new(Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(bytes)));
        var (lower, upper) = Vector128.Widen(bytes);
        return new(Vector512.ConvertToSingle(Vector512.Create(Widen(lower), Widen(upper))));

        static Vector256<int> Widen(Vector128<ushort> shorts) => Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 LoadPartial(float* source, int count)
    {
        if (Avx512F.IsSupported) return new(Avx512F.MaskLoad(source, LaneMask(count), Vector512<float>.Zero));
        var value = Vector512<float>.Zero;
        for (var lane = 0; lane < count; lane++) value = value.WithElement(lane, source[lane]);
        return new(value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Pack512 value) => value._value.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(float* destination, Pack512 value, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, LaneMask(count), value._value);
            return;
        }

        for (var lane = 0; lane < count; lane++) destination[lane] = value._value.GetElement(lane);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(float* destination, Pack512 value) => value._value.StoreAlignedNonTemporal(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 operator +(Pack512 a, Pack512 b) => new(a._value + b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 operator -(Pack512 a, Pack512 b) => new(a._value - b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 operator *(Pack512 a, Pack512 b) => new(a._value * b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 operator /(Pack512 a, Pack512 b) => new(a._value / b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 operator -(Pack512 a) => new(-a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 MultiplyAdd(Pack512 a, Pack512 b, Pack512 c) => new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 SubtractProduct(Pack512 a, Pack512 b, Pack512 c) =>
        new(Avx512F.IsSupported ? Avx512F.FusedMultiplyAddNegated(a._value, b._value, c._value) : Vector512.MultiplyAddEstimate(-a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Pack512 sum, Pack512 a, Pack512 b) => sum._value = Vector512.MultiplyAddEstimate(a._value, b._value, sum._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 Max(Pack512 a, Pack512 b) => new(Vector512.MaxNative(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 Min(Pack512 a, Pack512 b) => new(Vector512.MinNative(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 Abs(Pack512 a) => new(Vector512.Abs(a._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 SquareRoot(Pack512 a) => new(Vector512.Sqrt(a._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 PowerOfTwo(Pack512 a) => new((a._value.AsInt32() << FloatBits.SignificandBits).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 Exponent(Pack512 a) =>
        new(Vector512.ConvertToSingle(Vector512.ShiftRightLogical(a._value.AsInt32(), FloatBits.SignificandBits) - Vector512.Create(FloatBits.ExponentBias)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 Significand(Pack512 a) =>
        new(((a._value.AsInt32() & Vector512.Create(FloatBits.SignificandMask)) | Vector512.Create(FloatBits.One)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 GreaterThan(Pack512 a, Pack512 b) => new(Vector512.GreaterThan(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 EqualTo(Pack512 a, Pack512 b) => new(Vector512.Equals(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 LanesOf(uint bits)
    {
        var own = Vector512.Create(1u, 2u, 4u, 8u, 1u << 4, 1u << 5, 1u << 6, 1u << 7, 1u << 8, 1u << 9, 1u << 10, 1u << 11, 1u << 12, 1u << 13, 1u << 14, 1u << 15);
        return new(Vector512.Equals(Vector512.Create(bits) & own, own).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 Select(Pack512 mask, Pack512 a, Pack512 b) => new(Vector512.ConditionalSelect(mask._value, a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 SelectGreater(Pack512 a, Pack512 b, Pack512 x, Pack512 y) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a._value, b._value), x._value, y._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack512 CopySign(Pack512 magnitude, Pack512 sign) => new(Vector512.CopySign(magnitude._value, sign._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Pack512 a) => Pack256.Sum(new Pack256(a._value.GetLower() + a._value.GetUpper()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxOfLanes(Pack512 a) => Pack256.MaxOfLanes(new Pack256(Vector256.Max(a._value.GetLower(), a._value.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddToDoubles(double* destination, Pack512 value, int count)
    {
        if (count < Width)
        {
            AddSomeToDoubles(destination, value, count);
            return;
        }

        (Vector512.Load(destination) + Vector512.WidenLower(value._value)).Store(destination);
        (Vector512.Load(destination + (Width / 2)) + Vector512.WidenUpper(value._value)).Store(destination + (Width / 2));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddSomeToDoubles(double* destination, Pack512 value, int count)
    {
        for (var lane = 0; lane < count; lane++) destination[lane] += value._value.GetElement(lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LaneMask(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
