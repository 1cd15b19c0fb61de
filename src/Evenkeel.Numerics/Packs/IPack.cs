namespace Evenkeel.Numerics.Packs;

/// <summary>A pack of float lanes that one instruction works on: the only vocabulary in which kernels are written.</summary>
/// <remarks>
/// A kernel is one generic body over <typeparamref name="TSelf"/>; the width (16, 8, 4 or 1 lanes) is a type argument that is
/// chosen once, when a plan is compiled, so scalar code is width one of the same body. All operations are element-wise and
/// free of branches on values, except where the docs say otherwise.
/// </remarks>
/// <typeparam name="TSelf">The pack itself.</typeparam>
public unsafe interface IPack<TSelf>
    where TSelf : struct, IPack<TSelf>
{
    /// <summary>The number of float lanes: 16, 8, 4 or 1.</summary>
    static abstract int Width { get; }

    /// <summary>Vector registers that a register tile may use for accumulators, operands and one broadcast: 31, 15 or, for one lane, 15.</summary>
    static abstract int Registers { get; }

    /// <summary>Whether the running hardware executes this width natively.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>All lanes zero.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>All lanes equal to <paramref name="value"/>.</summary>
    static abstract TSelf Broadcast(float value);

    /// <summary>Reads <see cref="Width"/> floats; no alignment is needed.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Reads <paramref name="count"/> floats (0 to Width) and not one byte more; the other lanes are zero.</summary>
    static abstract TSelf LoadPartial(float* source, int count);

    /// <summary>Reads <see cref="Width"/> bytes and makes floats from 0 to 255 of them.</summary>
    static abstract TSelf LoadBytes(byte* source);

    /// <summary>Writes <see cref="Width"/> floats; no alignment is needed.</summary>
    static abstract void Store(float* destination, TSelf value);

    /// <summary>Writes the first <paramref name="count"/> lanes (0 to Width) and not one byte more.</summary>
    static abstract void StorePartial(float* destination, TSelf value, int count);

    /// <summary>Writes past the caches; <paramref name="destination"/> is aligned to the pack's size in bytes.</summary>
    static abstract void StoreNonTemporal(float* destination, TSelf value);

    /// <summary><c>a + b</c></summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary><c>a - b</c></summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary><c>a * b</c></summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary><c>a / b</c></summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary><c>-a</c></summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary><c>a * b + c</c>, rounded once where the hardware fuses (every x64 with AVX2, every Arm64), else twice.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary><c>c - a * b</c>, rounded as <see cref="MultiplyAdd"/>: a negation in front of it would be an instruction of its own.</summary>
    static abstract TSelf SubtractProduct(TSelf a, TSelf b, TSelf c);

    /// <summary><c>sum = a * b + sum</c>, rounded as <see cref="MultiplyAdd"/>. Register tiles use it: it keeps the sum in its register, where <see cref="MultiplyAdd"/> costs a move.</summary>
    static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);

    /// <summary><c>a &gt; b ? a : b</c>. NaN in <paramref name="b"/> gives NaN; NaN in <paramref name="a"/> alone may be swallowed, so write <c>Max(Zero, x)</c>, never <c>Max(x, Zero)</c>.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary><c>a &lt; b ? a : b</c>. NaN in <paramref name="b"/> gives NaN; NaN in <paramref name="a"/> alone may be swallowed.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary><c>|a|</c></summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>The correctly rounded square root.</summary>
    static abstract TSelf SquareRoot(TSelf a);

    /// <summary><c>2^n</c> of <c>1.5 2^23 + 127 + n</c>, for integral n in [-126, 127]; elsewhere the result is meaningless. The lowest bits hold n with the exponent's bias, and are moved where they belong.</summary>
    static abstract TSelf PowerOfTwo(TSelf a);

    /// <summary>The unbiased exponent of a positive normal number, as a float: <c>floor(log2 a)</c>.</summary>
    static abstract TSelf Exponent(TSelf a);

    /// <summary>The significand of a positive normal number, in [1, 2).</summary>
    static abstract TSelf Significand(TSelf a);

    /// <summary>All bits set in the lanes in which <c>a &gt; b</c>; false for NaN.</summary>
    static abstract TSelf GreaterThan(TSelf a, TSelf b);

    /// <summary>All bits set in the lanes in which <c>a == b</c>; false for NaN.</summary>
    static abstract TSelf EqualTo(TSelf a, TSelf b);

    /// <summary>All bits set in every lane i whose bit i of <paramref name="bits"/> is set.</summary>
    static abstract TSelf LanesOf(uint bits);

    /// <summary>The lanes of <paramref name="a"/> where the mask's bits are set, else those of <paramref name="b"/>.</summary>
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);

    /// <summary><c>a &gt; b ? x : y</c>: a <see cref="GreaterThan"/> whose mask never becomes a pack, which costs two instructions less in 512 bits.</summary>
    static abstract TSelf SelectGreater(TSelf a, TSelf b, TSelf x, TSelf y);

    /// <summary>The magnitude of <paramref name="magnitude"/> with the sign of <paramref name="sign"/>.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>The sum of all lanes, added pairwise by halves: lane i with lane i + Width/2, and so on; the order is fixed for a width.</summary>
    static abstract float Sum(TSelf a);

    /// <summary>The largest lane; NaN in any lane gives NaN.</summary>
    static abstract float MaxOfLanes(TSelf a);

    /// <summary><c>destination[i] += value[i]</c> for the first <paramref name="count"/> lanes (0 to Width), widened to double: how bounded float sums are folded.</summary>
    static abstract void AddToDoubles(double* destination, TSelf value, int count);
}
