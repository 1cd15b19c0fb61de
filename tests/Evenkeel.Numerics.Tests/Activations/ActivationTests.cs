using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Activations;

public sealed class ActivationTests
{
    // From y the derivative of a saturated unit keeps an absolute accuracy only: 1 - y rounds.
    private static readonly Tolerance Derivative = new(4 * Tolerances.FloatUnit, 8 * Tolerances.FloatUnit, "f' from a rounded y of magnitude 1 at most");

    private static readonly Tolerance Difference = new(2e-4, 1e-3, "central difference of step 1e-2 over floats: truncation h^2/6 and rounding 6e-8/h");

    public static TheoryData<int, string> WidthsAndNames()
    {
        TheoryData<int, string> data = [];
        foreach (var bits in PackWidths.Supported)
            foreach (var activation in Book.Activation.All) data.Add(bits, activation.Name);
        return data;
    }

    [Fact]
    public void The_book_and_the_table_hold_the_same_names() =>
        Assert.Equal(Book.Activation.All.Select(a => a.Name), ActivationTable.Names.Where(n => n != Doubled.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(WidthsAndNames))]
    public void Values_and_derivatives_are_those_of_the_book(int bits, string name) =>
        ActivationTable.Dispatch<Agreement, bool>(name, new Agreement(bits));

    [Theory]
    [MemberData(nameof(WidthsAndNames))]
    public void The_derivative_is_the_slope(int bits, string name) => ActivationTable.Dispatch<Slope, bool>(name, new Slope(bits));

    [Theory]
    [MemberData(nameof(WidthsAndNames))]
    public void Every_float_has_its_value_to_a_millionth(int bits, string name) => ActivationTable.Dispatch<Walk, bool>(name, new Walk(bits));

    [Theory]
    [MemberData(nameof(WidthsAndNames))]
    public void Infinities_give_the_limits(int bits, string name) => ActivationTable.Dispatch<Limits, bool>(name, new Limits(bits));

    [Theory]
    [MemberData(nameof(WidthsAndNames))]
    public void Nan_stays_nan(int bits, string name) => ActivationTable.Dispatch<NotANumber, bool>(name, new NotANumber(bits));

    [Theory]
    [MemberData(nameof(WidthsAndNames))]
    public void An_inverse_gives_the_input_back(int bits, string name) => ActivationTable.Dispatch<Inverse, bool>(name, new Inverse(bits));

    [Fact]
    public void An_unknown_name_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<EvenkeelException>(() => ActivationTable.Dispatch<NameOf, string>("rellu", default));
        Assert.Equal("EK0030", error.Code);
        Assert.Contains("'rellu'", error.Message, StringComparison.Ordinal);
        Assert.Contains("mish, relu, relu6, selu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_adds_an_activation_once_and_no_other_type_takes_its_name()
    {
        ActivationTable.Register<Doubled>();
        ActivationTable.Register<Doubled>();
        Assert.True(ActivationTable.Contains("doubled"));
        Assert.Equal("doubled", ActivationTable.Dispatch<NameOf, string>("doubled", default));
        var error = Assert.Throws<EvenkeelException>(ActivationTable.Register<Impostor>);
        Assert.Equal("EK0031", error.Code);
        Assert.Contains(nameof(Impostor), error.Message, StringComparison.Ordinal);
    }

    private static float[] Apply<TActivation>(int bits, float[] values, int what)
        where TActivation : struct, IActivation => PackWidths.Dispatch<Evaluation<TActivation>, float[]>(bits, new(values, what));

    private readonly struct NameOf : IActivationFunction<string>
    {
        public string Invoke<TActivation>()
            where TActivation : struct, IActivation => TActivation.Name;
    }

    private readonly struct Agreement(int bits) : IActivationFunction<bool>
    {
        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            var book = Book.Activation.Named(TActivation.Name);
            var x = new SeededRandom(2).Floats(1000, 0, 4);
            var y = Apply<TActivation>(bits, x, 0);
            Expect.CloseEach(book.Apply(Expect.Widen(x)), y, Tolerances.FloatFunction);
            var derivative = Apply<TActivation>(bits, TActivation.DerivativeNeeds == DerivativeNeeds.Input ? x : y, 1);
            Expect.CloseEach([.. x.Select(v => book.Derivative(v))], derivative, Derivative);
            return true;
        }
    }

    private readonly struct Slope(int bits) : IActivationFunction<bool>
    {
        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            const float H = 1e-2f;
            var book = Book.Activation.Named(TActivation.Name);
            var x = new SeededRandom(3).Floats(500, 0, 2).Where(v => Math.Abs(v) > 2 * H && book.Kinks.All(kink => Math.Abs(v - kink) > 2 * H)).ToArray();
            float[] up = Apply<TActivation>(bits, [.. x.Select(v => v + H)], 0), down = Apply<TActivation>(bits, [.. x.Select(v => v - H)], 0);
            var derivative = Apply<TActivation>(bits, TActivation.DerivativeNeeds == DerivativeNeeds.Input ? x : Apply<TActivation>(bits, x, 0), 1);
            var slope = x.Select((v, i) => ((double)up[i] - down[i]) / ((double)(v + H) - (v - H))).ToArray();
            Assert.True(slope.Max(Math.Abs) > 0.1);
            Expect.CloseEach(slope, derivative, Difference);
            return true;
        }
    }

    private readonly struct Walk(int bits) : IActivationFunction<bool>
    {
        // Results below are close to the subnormal ones and have lost digits on the way.
        private const double Tiny = 1e-36;

        private static readonly Tolerance Millionth = new(Tiny, 1e-6, "what the house asks of element-wise functions");

        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            const int Step = 100_003;
            var book = Book.Activation.Named(TActivation.Name);
            var x = Enumerable.Range(0, (int)((1L << 32) / Step)).Select(i => BitConverter.UInt32BitsToSingle((uint)((long)i * Step)))
                .Where(v => float.IsFinite(v) && Math.Abs(book.Forward(v)) <= float.MaxValue).ToArray();
            Expect.CloseEach(book.Apply(Expect.Widen(x)), Apply<TActivation>(bits, x, 0), Millionth);
            return true;
        }
    }

    private readonly struct Limits(int bits) : IActivationFunction<bool>
    {
        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            // Far beyond every float, in double, the book is at its limit.
            var book = Book.Activation.Named(TActivation.Name);
            float[] x = [float.NegativeInfinity, float.PositiveInfinity];
            double[] far = [-1e300, 1e300];
            var y = Apply<TActivation>(bits, x, 0);
            Assert.Equal(far.Select(v => (float)book.Forward(v)), y);
            Assert.Equal(far.Select(v => (float)book.Derivative(v)), Apply<TActivation>(bits, TActivation.DerivativeNeeds == DerivativeNeeds.Input ? x : y, 1));
            return true;
        }
    }

    private readonly struct NotANumber(int bits) : IActivationFunction<bool>
    {
        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            Assert.All(Apply<TActivation>(bits, [.. Enumerable.Repeat(float.NaN, 16)], 0), y => Assert.True(float.IsNaN(y)));
            return true;
        }
    }

    private readonly struct Inverse(int bits) : IActivationFunction<bool>
    {
        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            var x = new SeededRandom(4).Floats(320, 0, 1);
            var y = Apply<TActivation>(bits, x, 0);
            if (TActivation.IsInvertible) Expect.CloseScaled(Expect.Widen(x), Apply<TActivation>(bits, y, 2), new Tolerance(2e-5, 0, "1 - y has lost digits at |x| = 3"), [1]);
            else Assert.Throws<NotSupportedException>(() => Apply<TActivation>(PackWidths.Widest, y, 2));
            return true;
        }
    }

    private readonly unsafe struct Evaluation<TActivation>(float[] values, int what) : IPackFunction<float[]>
        where TActivation : struct, IActivation
    {
        public float[] Invoke<P>()
            where P : struct, IPack<P>
        {
            var results = new float[values.Length];
            fixed (float* source = values, destination = results)
            {
                for (var i = 0; i < values.Length; i += P.Width)
                {
                    var count = Math.Min(P.Width, values.Length - i);
                    var x = P.LoadPartial(source + i, count);
                    P.StorePartial(destination + i, what switch { 0 => TActivation.Forward(x), 1 => TActivation.Derivative(x), _ => TActivation.Inverse(x) }, count);
                }
            }

            return results;
        }
    }

    private readonly struct Doubled : IActivation
    {
        public static string Name => "doubled";

        public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Nothing;

        public static P Forward<P>(P x)
            where P : struct, IPack<P> => x + x;

        public static P Derivative<P>(P saved)
            where P : struct, IPack<P> => P.Broadcast(2);
    }

    private readonly struct Impostor : IActivation
    {
        public static string Name => "doubled";

        public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Nothing;

        public static P Forward<P>(P x)
            where P : struct, IPack<P> => x;

        public static P Derivative<P>(P saved)
            where P : struct, IPack<P> => P.Broadcast(1);
    }
}
