using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Elementwise;

public sealed unsafe class ElementSweepTests
{
    private delegate double Element(double a, double b, double c);

    /// <summary>Rows, columns, gap between rows, and the window's columns: whole rows that touch, whole rows with gaps, and panels.</summary>
    private static readonly (int Rows, int Columns, int Gap, int First, int End)[] Shapes =
    [
        .. from rows in new[] { 0, 1, 3, 130 }
           from columns in new[] { 1, 5, 16, 17, 64, 70, 131 }
           from gap in new[] { 0, 3 }
           select (rows, columns, gap, 0, columns),
        (9, 70, 0, 3, 68), (9, 70, 2, 16, 32), (2, 200, 0, 1, 199), (1, 4099, 0, 0, 4099),
    ];

    [Theory]
    [ClassData(typeof(Widths))]
    public void Sums_products_and_copies_are_exact(int bits)
    {
        Check<Add>(bits, (a, b, _) => a + b, Tolerances.FloatArithmetic);
        Check<Multiply>(bits, (a, b, _) => a * b, Tolerances.FloatArithmetic);
        Check<AddChannel>(bits, (a, _, c) => a + c, Tolerances.FloatArithmetic);
        Check<MultiplyFactor>(bits, (a, _, c) => a * c, Tolerances.FloatArithmetic);
        Check<AddProduct>(bits, (a, b, c) => a + (c * b), Tolerances.FloatArithmetic);
        Check<Copy>(bits, (a, _, _) => a, Tolerances.Exact);
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Activations_and_their_gradients_are_those_of_the_book(int bits)
    {
        Check<ActivationForward<Identity>>(bits, (a, _, _) => a, Tolerances.Exact);
        Check<ActivationForward<Relu>>(bits, (a, _, _) => Math.Max(0, a), Tolerances.Exact);
        Check<ActivationForward<Sigmoid>>(bits, (a, _, _) => Book.Activation.Sigmoid.Forward(a), Tolerances.FloatFunction);
        Check<ActivationForward<Tanh>>(bits, (a, _, _) => Math.Tanh(a), Tolerances.FloatFunction);
        Check<ActivationBackward<Identity>>(bits, (a, _, _) => a, Tolerances.Exact);
        Check<ActivationBackward<Relu>>(bits, (a, b, _) => b > 0 ? a : 0, Tolerances.Exact);
        Check<ActivationBackward<Sigmoid>>(bits, (a, b, _) => a * b * (1 - b), Tolerances.FloatArithmetic);
        Check<ActivationBackward<Tanh>>(bits, (a, b, _) => a * (1 - (b * b)), Tolerances.FloatArithmetic);
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_slope_per_channel_and_its_gradients_are_those_of_the_book(int bits)
    {
        Check<Prelu>(bits, (a, _, c) => Book.Prelu.Forward([a], [c])[0], Tolerances.FloatArithmetic);
        Check<PreluBackward>(bits, (a, b, c) => Book.Prelu.Backward([a], [b], [c]).X[0], Tolerances.FloatArithmetic);
        Check<PreluSlope>(bits, (a, b, c) => Book.Prelu.Backward([a], [b], [c]).Slopes[0], Tolerances.FloatArithmetic);
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Nan_is_never_swallowed(int bits)
    {
        float[] a = [.. Enumerable.Repeat(float.NaN, 37)], zeros = new float[37];
        Assert.All(Sweep<ActivationForward<Relu>>(bits, a, zeros, 37, default, 0, 37), y => Assert.True(float.IsNaN(y)));
        Assert.All(Sweep<ActivationBackward<Relu>>(bits, a, zeros, 37, default, 0, 37), y => Assert.True(float.IsNaN(y)));
        Assert.All(Sweep<Prelu>(bits, a, zeros, 37, zeros, 0, 37), y => Assert.True(float.IsNaN(y)));
        Assert.All(Sweep<PreluSlope>(bits, zeros, a, 37, default, 0, 37), y => Assert.True(float.IsNaN(y)));
        Assert.All(Sweep<Multiply>(bits, zeros, a, 37, default, 0, 37), y => Assert.True(float.IsNaN(y)));
    }

    private static void Check<TFunction>(int bits, Element element, Tolerance tolerance)
        where TFunction : struct, IElementFunction
    {
        foreach (var (rows, columns, gap, first, end) in Shapes)
        {
            var random = new SeededRandom((ulong)((rows * 1000) + columns));
            float[] a = random.Floats(rows * columns), c = random.Floats(columns);

            // The range of an activation's output, for derivatives that are functions of it.
            var b = Array.ConvertAll(random.Uniforms(rows * columns, -1, 1), v => (float)v);
            var expected = new double[rows * columns];
            for (var i = 0; i < expected.Length; i++)
            {
                var inside = i % columns >= first && i % columns < end;
                expected[i] = inside ? element(a[i], b[i], TFunction.ReadsFactor ? c[0] : c[i % columns]) : double.NaN;
            }

            Expect.CloseScaled(expected, Sweep<TFunction>(bits, a, b, columns, c, first, end, gap), tolerance, [4], $"{typeof(TFunction).Name} [{rows}, {columns}] {first}..{end}");

            // In place, over the first operand, in two pieces of rows.
            using var x = new StridedMatrix(rows, columns, gap, a);
            using var second = new StridedMatrix(rows, columns, gap, b);
            using var constants = GuardedBuffer.EndingAtGuard(c);
            foreach (var (from, to) in new[] { (0, rows / 3), (rows / 3, rows) })
            {
                var arguments = new ElementSweepArguments
                {
                    First = x.Pointer,
                    Second = second.Pointer,
                    Channel = constants.Pointer,
                    Output = x.Pointer,
                    Stride = x.Stride,
                    Window = new Window(from, to, first, end),
                };
                Run.Kernel<ElementSweep<TFunction>, ElementSweepArguments>(bits, ref arguments);
            }

            for (var i = 0; i < expected.Length; i++) if (double.IsNaN(expected[i])) expected[i] = a[i];
            Expect.CloseScaled(expected, x.Values, tolerance, [4], $"{typeof(TFunction).Name} in place [{rows}, {columns}]");
        }
    }

    private static float[] Sweep<TFunction>(int bits, float[] a, float[] b, int columns, float[]? c, int first, int end, int gap = 0)
        where TFunction : struct, IElementFunction
    {
        var rows = a.Length / columns;
        using var x = new StridedMatrix(rows, columns, gap, a);
        using var second = new StridedMatrix(rows, columns, gap, b);
        using var y = new StridedMatrix(rows, columns, gap);
        using var constants = GuardedBuffer.EndingAtGuard(c ?? []);
        var arguments = new ElementSweepArguments
        {
            First = x.Pointer,
            Second = TFunction.ReadsSecond ? second.Pointer : null,
            Channel = constants.Pointer,
            Output = y.Pointer,
            Stride = x.Stride,
            Window = new Window(0, rows, first, end),
        };
        Run.Kernel<ElementSweep<TFunction>, ElementSweepArguments>(bits, ref arguments);
        return y.Values;
    }
}
