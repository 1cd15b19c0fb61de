using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Tests.Kernels;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Packs;

public sealed unsafe class PackTests
{
    private static readonly float[] Values =
    [
        0f, -0f, 1f, -1f, 0.5f, 1.5f, 2.5f, -2.5f, 3.7f, 1e-3f, -1e10f, 3e38f, 1e-38f, 1e-45f, float.NaN, float.PositiveInfinity, float.NegativeInfinity,
        7f, -0.49999997f, 8388609f, 126f, -126f,
    ];

    [Fact]
    public void The_widths_are_those_of_the_runtime()
    {
        Assert.Equal(WidthMatrix.Supported.Select(w => w == 1 ? 32 : w), PackWidths.Supported);
        Assert.Throws<ArgumentOutOfRangeException>(() => PackWidths.Dispatch<Lanes, int>(64, default));
        foreach (var bits in PackWidths.All) Assert.Equal(bits / 32, PackWidths.Dispatch<Lanes, int>(bits, default));
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Every_operation_is_that_of_one_lane(int bits) => PackWidths.Dispatch<Operations, bool>(bits, default);

    [Theory]
    [ClassData(typeof(Widths))]
    public void Partial_loads_and_stores_touch_their_own_lanes_alone(int bits) => PackWidths.Dispatch<Partial, bool>(bits, default);

    [Theory]
    [ClassData(typeof(Widths))]
    public void Bytes_become_their_floats_and_no_further_byte_is_read(int bits) => PackWidths.Dispatch<Bytes, bool>(bits, default);

    [Theory]
    [ClassData(typeof(Widths))]
    public void Reductions_take_every_lane(int bits) => PackWidths.Dispatch<Reductions, bool>(bits, default);

    private readonly struct Lanes : IPackFunction<int>
    {
        public int Invoke<P>()
            where P : struct, IPack<P> => P.Width;
    }

    private readonly struct Bytes : IPackFunction<bool>
    {
        public bool Invoke<P>()
            where P : struct, IPack<P>
        {
            var lanes = stackalloc float[P.Width];
            for (var first = 0; first < 256; first += P.Width)
            {
                using var bytes = GuardedBuffer.EndingAtGuard([.. Enumerable.Range(first, P.Width).Select(static value => (byte)value)]);
                P.Store(lanes, P.LoadBytes(bytes.Pointer));
                for (var lane = 0; lane < P.Width; lane++) Assert.Equal(first + lane, lanes[lane]);
            }

            return true;
        }
    }

    private readonly struct Operations : IPackFunction<bool>
    {
        public bool Invoke<P>()
            where P : struct, IPack<P>
        {
            foreach (var a in Values)
            {
                foreach (var b in Values)
                {
                    Check(a + b, X<P>(a) + X<P>(b), "a + b");
                    Check(a - b, X<P>(a) - X<P>(b), "a - b");
                    Check(a * b, X<P>(a) * X<P>(b), "a * b");
                    Check(a / b, X<P>(a) / X<P>(b), "a / b");
                    Check(a > b ? 1f : 2f, P.Select(P.GreaterThan(X<P>(a), X<P>(b)), X<P>(1), X<P>(2)), "a > b");
                    Check(a == b ? 1f : 2f, P.Select(P.EqualTo(X<P>(a), X<P>(b)), X<P>(1), X<P>(2)), "a == b");
                    Check(MathF.CopySign(a, b), P.CopySign(X<P>(a), X<P>(b)), "copy sign");

                    // Zeros of both signs are equal and either may come; NaN in b stays, NaN in a alone is unspecified.
                    if (a != b && !float.IsNaN(a))
                    {
                        Check(float.IsNaN(b) ? b : MathF.Max(a, b), P.Max(X<P>(a), X<P>(b)), $"max({a}, {b})");
                        Check(float.IsNaN(b) ? b : MathF.Min(a, b), P.Min(X<P>(a), X<P>(b)), $"min({a}, {b})");
                    }

                    Check(a > b ? 1 : 2, P.SelectGreater(X<P>(a), X<P>(b), X<P>(1), X<P>(2)), "a > b ? x : y");
                    foreach (var c in new[] { 0f, 1f, -3e38f })
                    {
                        Check(float.MultiplyAddEstimate(a, b, c), P.MultiplyAdd(X<P>(a), X<P>(b), X<P>(c)), "a * b + c");
                        Check(float.MultiplyAddEstimate(-a, b, c), P.SubtractProduct(X<P>(a), X<P>(b), X<P>(c)), "c - a * b");
                    }
                }

                Check(-a, -X<P>(a), "-a");
                Check(MathF.Abs(a), P.Abs(X<P>(a)), "|a|");
                Check(MathF.Sqrt(a), P.SquareRoot(X<P>(a)), "sqrt");
                if (a >= 1.17549435e-38f && float.IsFinite(a))
                {
                    Check(MathF.ILogB(a), P.Exponent(X<P>(a)), "exponent");
                    Check(MathF.ScaleB(a, -MathF.ILogB(a)), P.Significand(X<P>(a)), "significand");
                }
            }

            var lanes = stackalloc float[16];
            foreach (var bits in new[] { 0u, 1u, 0xA5A5u, 0x8001u, 0xFFFF0000u, uint.MaxValue })
            {
                P.Store(lanes, P.Select(P.LanesOf(bits), X<P>(1), X<P>(2)));
                for (var lane = 0; lane < P.Width; lane++) Assert.Equal((bits >> lane & 1) != 0 ? 1f : 2f, lanes[lane]);
            }

            for (var n = -126; n <= 127; n++) Check(MathF.ScaleB(1, n), P.PowerOfTwo(X<P>(12_582_912 + 127 + n)), "2^n");
            Check(0, P.Zero, "zero");
            return true;
        }
    }

    private readonly struct Partial : IPackFunction<bool>
    {
        public bool Invoke<P>()
            where P : struct, IPack<P>
        {
            var random = new SeededRandom(1);
            var lanes = stackalloc float[16];
            for (var count = 0; count <= P.Width; count++)
            {
                var values = random.Floats(count);
                using var source = GuardedBuffer.EndingAtGuard(values);
                using var destination = new GuardedBuffer<float>(count);
                using var doubles = GuardedBuffer.EndingAtGuard(new double[count]);
                var pack = P.LoadPartial(source.Pointer, count);
                P.StorePartial(destination.Pointer, pack, count);
                P.AddToDoubles(doubles.Pointer, pack, count);
                P.AddToDoubles(doubles.Pointer, pack, count);
                Expect.SameBits<float>(values, destination.Span);
                for (var i = 0; i < count; i++) Assert.Equal(2.0 * values[i], doubles.Span[i]);

                P.Store(lanes, pack);
                for (var i = count; i < P.Width; i++) Assert.Equal(0, BitConverter.SingleToInt32Bits(lanes[i]));
            }

            using var whole = GuardedBuffer.EndingAtGuard(random.Floats(P.Width));
            using var copy = new GuardedBuffer<float>(P.Width);
            P.Store(copy.Pointer, P.Load(whole.Pointer));
            Expect.SameBits<float>(whole.Span, copy.Span);
            using var aligned = new Evenkeel.Numerics.Memory.NativeBuffer(16);
            P.StoreNonTemporal(aligned.Pointer, P.Load(whole.Pointer));
            Expect.SameBits<float>(whole.Span, aligned.Span[..P.Width]);
            return true;
        }
    }

    private readonly struct Reductions : IPackFunction<bool>
    {
        public bool Invoke<P>()
            where P : struct, IPack<P>
        {
            var lanes = stackalloc float[16];
            for (var special = 0; special < P.Width; special++)
            {
                for (var i = 0; i < P.Width; i++) lanes[i] = i;
                lanes[special] = 100;
                Assert.Equal((P.Width * (P.Width - 1) / 2) - special + 100, P.Sum(P.Load(lanes)));
                Assert.Equal(100, P.MaxOfLanes(P.Load(lanes)));
                lanes[special] = float.NaN;
                Assert.True(float.IsNaN(P.MaxOfLanes(P.Load(lanes))));
                Assert.True(float.IsNaN(P.Sum(P.Load(lanes))));
            }

            return true;
        }
    }

    private static P X<P>(float value)
        where P : struct, IPack<P> => P.Broadcast(value);

    private static void Check<P>(float expected, P actual, string what)
        where P : struct, IPack<P>
    {
        var lanes = stackalloc float[16];
        P.Store(lanes, actual);
        for (var i = 0; i < P.Width; i++)
        {
            if (!expected.Equals(lanes[i]) || (!float.IsNaN(expected) && float.IsNegative(expected) != float.IsNegative(lanes[i])))
                Assert.Fail($"{what}, lane {i} of {P.Width}: expected {expected:R}, got {lanes[i]:R}");
        }
    }
}
