using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Packs;

/// <summary>4 lanes in one 128-bit register.</summary>
public unsafe struct Pack128 : IPack<Pack128>
{
    private Vector128<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Pack128(Vector128<float> value) => _value = value;

    /// <inheritdoc/>
    public static int Width => 4;

    /// <inheritdoc/>
    public static int Registers => 15;

    /// <inheritdoc/>
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    /// <inheritdoc/>
    public static Pack128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 Broadcast(float value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 Load(float* source) => new(Vector128.Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 LoadBytes(byte* source)
    {
        var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)source).AsByte());
        return new(Vector128.ConvertToSingle(Vector128.WidenLower(shorts).AsInt32()));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 LoadPartial(float* source, int count)
    {
        if (Avx.IsSupported) return new(Avx.MaskLoad(source, LaneMask(count)));
        var value = Vector128<float>.Zero;
        for (var lane = 0; lane < count; lane++) value = value.WithElement(lane, source[lane]);
        return new(value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Pack128 value) => value._value.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(float* destination, Pack128 value, int count)
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
    public static void StoreNonTemporal(float* destination, Pack128 value) => value._value.StoreAlignedNonTemporal(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 operator +(Pack128 a, Pack128 b) => new(a._value + b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 operator -(Pack128 a, Pack128 b) => new(a._value - b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 operator *(Pack128 a, Pack128 b) => new(a._value * b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 operator /(Pack128 a, Pack128 b) => new(a._value / b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 operator -(Pack128 a) => new(-a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 MultiplyAdd(Pack128 a, Pack128 b, Pack128 c) => new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 SubtractProduct(Pack128 a, Pack128 b, Pack128 c) =>
        new(Fma.IsSupported ? Fma.MultiplyAddNegated(a._value, b._value, c._value) : Vector128.MultiplyAddEstimate(-a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Pack128 sum, Pack128 a, Pack128 b) => sum._value = Vector128.MultiplyAddEstimate(a._value, b._value, sum._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 Max(Pack128 a, Pack128 b) => new(Vector128.MaxNative(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 Min(Pack128 a, Pack128 b) => new(Vector128.MinNative(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 Abs(Pack128 a) => new(Vector128.Abs(a._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 SquareRoot(Pack128 a) => new(Vector128.Sqrt(a._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 PowerOfTwo(Pack128 a) => new((a._value.AsInt32() << FloatBits.SignificandBits).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 Exponent(Pack128 a) =>
        new(Vector128.ConvertToSingle(Vector128.ShiftRightLogical(a._value.AsInt32(), FloatBits.SignificandBits) - Vector128.Create(FloatBits.ExponentBias)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 Significand(Pack128 a) =>
        new(((a._value.AsInt32() & Vector128.Create(FloatBits.SignificandMask)) | Vector128.Create(FloatBits.One)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 GreaterThan(Pack128 a, Pack128 b) => new(Vector128.GreaterThan(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 EqualTo(Pack128 a, Pack128 b) => new(Vector128.Equals(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 LanesOf(uint bits)
    {
        var own = Vector128.Create(1u, 2u, 4u, 8u);
        return new(Vector128.Equals(Vector128.Create(bits) & own, own).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 Select(Pack128 mask, Pack128 a, Pack128 b) => new(Vector128.ConditionalSelect(mask._value, a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 SelectGreater(Pack128 a, Pack128 b, Pack128 x, Pack128 y) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a._value, b._value), x._value, y._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack128 CopySign(Pack128 magnitude, Pack128 sign) => new(Vector128.CopySign(magnitude._value, sign._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Pack128 a) => (a._value.GetElement(0) + a._value.GetElement(2)) + (a._value.GetElement(1) + a._value.GetElement(3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxOfLanes(Pack128 a)
    {
        var pairs = Vector128.Max(a._value, Vector128.Shuffle(a._value, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddToDoubles(double* destination, Pack128 value, int count)
    {
        if (count < Width)
        {
            AddSomeToDoubles(destination, value, count);
            return;
        }

        (Vector128.Load(destination) + Vector128.WidenLower(value._value)).Store(destination);
        (Vector128.Load(destination + (Width / 2)) + Vector128.WidenUpper(value._value)).Store(destination + (Width / 2));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddSomeToDoubles(double* destination, Pack128 value, int count)
    {
        for (var lane = 0; lane < count; lane++) destination[lane] += value._value.GetElement(lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LaneMask(int count) =>
        Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();
}
