using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Tests.Kernels;

namespace Evenkeel.Numerics.Tests.Packs;

public sealed unsafe class PackMathTests
{
    // The stated bounds; the worst that a finer walk found are 0.88 (exp), 0.95 (exp - 1), 0.80 (log), 1.88 (tanh), 1.75 (sigmoid) and 4.5 (tail).
    private const double OneUlp = 1.0, TwoUlp = 2.0, TwoRoundings = 1.5, FiveUlp = 5.0;

    // Without fused multiply-add (128 bits and scalar on old hardware) the last products round once more.
    private static readonly double Unfused = System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported ? 1 : 2;

    [Theory]
    [ClassData(typeof(Widths))]
    public void Exp_is_within_one_ulp(int bits) => Check<Exp>(bits, OneUlp, MathF.Exp);

    [Theory]
    [ClassData(typeof(Widths))]
    public void Exp_of_non_positive_numbers_is_within_one_ulp(int bits) => Check<NonPositive>(bits, OneUlp, x => MathF.Exp(-MathF.Abs(x)));

    [Theory]
    [ClassData(typeof(Widths))]
    public void Exp_minus_one_of_non_positive_numbers_is_within_two_ulp(int bits) => Check<MinusOne>(bits, TwoUlp, x => x == 0 ? 0 : MathF.Exp(-MathF.Abs(x)) - 1);

    [Theory]
    [ClassData(typeof(Widths))]
    public void Log_of_one_plus_a_number_of_the_unit_interval_is_two_roundings_off(int bits) => Check<OnePlus>(bits, TwoRoundings, x => MathF.Log(1 + MathF.Min(1, MathF.Abs(x))));

    [Theory]
    [ClassData(typeof(Widths))]
    public void Log_is_within_one_ulp(int bits) => Check<Log>(bits, OneUlp, MathF.Log);

    [Theory]
    [ClassData(typeof(Widths))]
    public void Tanh_is_within_two_ulp(int bits) => Check<Tanh>(bits, TwoUlp, MathF.Tanh);

    [Theory]
    [ClassData(typeof(Widths))]
    public void Sigmoid_is_within_two_ulp(int bits) => Check<Sigmoid>(bits, TwoUlp, x => 1 / (1 + MathF.Exp(-x)));

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_weighted_normal_tail_is_within_five_ulp(int bits) => Check<Tail>(bits, FiveUlp, x => float.IsNaN(x) ? x : float.IsInfinity(x) ? 0 : MathF.Abs(x) * (float)Evenkeel.Reference.NormalDistribution.Cumulative(-MathF.Abs(x)));

    [Theory]
    [ClassData(typeof(Widths))]
    public void Reciprocal_square_root_is_two_roundings_off(int bits) => Check<Root>(bits, TwoRoundings, x => 1 / MathF.Sqrt(x));

    [Theory]
    [ClassData(typeof(Widths))]
    public void Tanh_is_odd_bit_for_bit(int bits)
    {
        for (var x = 1e-6f; x < 20; x *= 1.01f) Assert.Equal(One<Tanh>(bits, x), -One<Tanh>(bits, -x));
        Assert.True(float.IsNegative(One<Tanh>(bits, -0f)));
    }

    private static float One<TFunction>(int bits, float x)
        where TFunction : struct, IFunction
    {
        var lanes = stackalloc float[16];
        for (var i = 0; i < 16; i++) lanes[i] = x;
        PackWidths.Dispatch<Apply<TFunction>, bool>(bits, new(lanes));
        return lanes[0];
    }

    /// <summary>Walks through all floats, subnormal ones and both signs, in steps that no power of two divides.</summary>
    private static void Check<TFunction>(int bits, double allowed, Func<float, float> special)
        where TFunction : struct, IFunction
    {
        var x = stackalloc float[16];
        var y = stackalloc float[16];
        const int Step = 20_011;
        for (var first = 0L; first < 1L << 32; first += 16 * Step)
        {
            for (var i = 0; i < 16; i++) y[i] = x[i] = BitConverter.UInt32BitsToSingle((uint)(first + ((long)i * Step)));
            PackWidths.Dispatch<Apply<TFunction>, bool>(bits, new(y));
            for (var i = 0; i < 16; i++) Compare<TFunction>(x[i], y[i], allowed * Unfused);
        }

        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1f, 200f, -200f })
        {
            var (expected, actual) = (special(value), One<TFunction>(bits, value));
            if (!expected.Equals(actual)) Compare<TFunction>(value, actual, allowed * Unfused);
        }
    }

    private static void Compare<TFunction>(float x, float actual, double allowed)
        where TFunction : struct, IFunction
    {
        var expected = TFunction.Exact(x);
        if (double.IsNaN(expected))
        {
            Assert.True(float.IsNaN(actual), $"{x:R} gave {actual:R}, not NaN");
            return;
        }

        if (double.IsInfinity((double)(float)expected) || expected == 0)
        {
            Assert.Equal((float)expected, actual);
            return;
        }

        var ulp = Math.Max(float.Epsilon, Math.ScaleB(1, Math.ILogB(expected) - 23));
        if (!(Math.Abs(actual - expected) <= allowed * ulp))
            Assert.Fail($"{x:R}: expected {expected:R}, got {actual:R}, {Math.Abs(actual - expected) / ulp:F2} ulp off");
    }

    private interface IFunction
    {
        static abstract P Pack<P>(P x)
            where P : struct, IPack<P>;

        static abstract double Exact(double x);
    }

    private readonly struct Apply<TFunction>(float* lanes) : IPackFunction<bool>
        where TFunction : struct, IFunction
    {
        private readonly float* _lanes = lanes;

        public bool Invoke<P>()
            where P : struct, IPack<P>
        {
            for (var i = 0; i < 16; i += P.Width) P.Store(_lanes + i, TFunction.Pack(P.Load(_lanes + i)));
            return true;
        }
    }

    private readonly struct Exp : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => PackMath.Exp(x);

        public static double Exact(double x) => Math.Exp(x);
    }

    private readonly struct NonPositive : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => PackMath.ExpOfNonPositive(-P.Abs(x));

        public static double Exact(double x) => Math.Exp(-Math.Abs(x));
    }

    private readonly struct MinusOne : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => PackMath.ExpMinusOneOfNonPositive(-P.Abs(x));

        public static double Exact(double x) => Evenkeel.Reference.Activation.Elu.Forward(-Math.Abs(x));
    }

    private readonly struct OnePlus : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => PackMath.LogOnePlusOfUnit(P.Min(P.Broadcast(1), P.Abs(x)));

        // The rounding of the sum is divided out.
        public static double Exact(double x) => Math.Min(1, Math.Abs(x)) is var z && 1 + z == 1 ? z : Math.Log(1 + z) * (z / (1 + z - 1));
    }

    private readonly struct Log : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => PackMath.Log(x);

        public static double Exact(double x) => Math.Log(x);
    }

    private readonly struct Tanh : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => PackMath.Tanh(x);

        public static double Exact(double x) => Math.Tanh(x);
    }

    private readonly struct Sigmoid : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => PackMath.Sigmoid(x);

        public static double Exact(double x) => Evenkeel.Reference.Activation.Sigmoid.Forward(x);
    }

    private readonly struct Tail : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => NormalTail.Weighted(P.Abs(x));

        public static double Exact(double x) => double.IsInfinity(x) ? 0 : Math.Abs(x) * Evenkeel.Reference.NormalDistribution.Cumulative(-Math.Abs(x));
    }

    private readonly struct Root : IFunction
    {
        public static P Pack<P>(P x)
            where P : struct, IPack<P> => PackMath.ReciprocalSquareRoot(x);

        public static double Exact(double x) => 1 / Math.Sqrt(x);
    }
}
