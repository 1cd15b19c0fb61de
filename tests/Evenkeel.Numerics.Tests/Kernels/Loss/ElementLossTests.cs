using Evenkeel.Numerics.Kernels.Loss;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Loss;

public sealed unsafe class ElementLossTests
{
    private delegate void Row(int bits, Book.ElementLoss book, float parameter, bool targetsAreSigns);

    private static readonly Dictionary<string, (Row Agreement, Row Nan)> Rows = new()
    {
        ["mean_squared_error"] = (Agree<SquaredError>, PassNan<SquaredError>),
        ["mean_absolute_error"] = (Agree<AbsoluteError>, PassNan<AbsoluteError>),
        ["huber"] = (Agree<HuberError>, PassNan<HuberError>),
        ["binary_cross_entropy"] = (Agree<LogisticError>, PassNan<LogisticError>),
        ["hinge"] = (Agree<HingeError>, PassNan<HingeError>),
    };

    public static TheoryData<int, string> Matrix()
    {
        TheoryData<int, string> data = [];
        foreach (var bits in WidthMatrix.Supported)
            foreach (var loss in Book.ElementLoss.All) data.Add(bits, loss.Name);
        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Loss_and_gradient_are_those_of_the_book(int bits, string name) => Rows[name].Agreement(bits, Book.ElementLoss.Named(name), 1, name == "hinge");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Hubers_delta_is_where_the_square_becomes_a_line(int bits)
    {
        foreach (var delta in new[] { 0.25f, 3f }) Agree<HuberError>(bits, Book.ElementLoss.Huber(delta), delta, false);
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Nan_reaches_sum_and_gradient(int bits, string name) => Rows[name].Nan(bits, Book.ElementLoss.Named(name), 1, false);

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_sure_logit_neither_overflows_nor_loses_its_loss(int bits)
    {
        var (loss, gradient) = Sweep<LogisticError>(bits, [1e4f, -1e4f, 1e4f, -1e4f], [0, 1, 1, 0], 0, 1);
        Assert.Equal(2e4, loss, 1e-3);
        Assert.Equal([1f, -1f, 0f, 0f], gradient);
        // The loss of a right and sure answer is e^-x, not 0.
        Assert.Equal(Math.Exp(-20), Sweep<LogisticError>(bits, [20], [1], 0, 1).Loss, 1e-14);
    }

    private static void Agree<TLoss>(int bits, Book.ElementLoss book, float parameter, bool targetsAreSigns)
        where TLoss : struct, IElementLoss
    {
        foreach (var count in AwkwardSizes.Values.Concat([4096, 9001]))
        {
            var random = new SeededRandom((ulong)count);
            var x = random.Floats(count, 0, 2);
            var t = Array.ConvertAll(random.Uniforms(count, 0, 1), u => targetsAreSigns ? (u < 0.5 ? -1f : 1f) : (float)u);
            var (loss, gradient) = Sweep<TLoss>(bits, x, t, parameter, 1f / Math.Max(1, count));
            if (count == 0)
            {
                Assert.Equal(0, loss);
                continue;
            }

            Expect.Close(book.Loss(Expect.Widen(x), Expect.Widen(t)), loss / count, Tolerances.FloatSum(4096), $"{book}, {count}");
            Expect.CloseScaled(book.Gradient(Expect.Widen(x), Expect.Widen(t)), gradient, Tolerances.FloatArithmetic, [8.0 / count], $"{book}, {count}");
        }
    }

    private static void PassNan<TLoss>(int bits, Book.ElementLoss book, float parameter, bool targetsAreSigns)
        where TLoss : struct, IElementLoss
    {
        _ = (book, targetsAreSigns);
        for (var at = 0; at < 19; at++)
        {
            foreach (var inTargets in new[] { false, true })
            {
                float[] x = new SeededRandom(1).Floats(19), t = [.. Enumerable.Repeat(0.5f, 19)];
                (inTargets ? t : x)[at] = float.NaN;
                var (loss, gradient) = Sweep<TLoss>(bits, x, t, parameter, 1);
                Assert.True(double.IsNaN(loss));
                for (var i = 0; i < 19; i++) Assert.Equal(i == at, float.IsNaN(gradient[i]));
            }
        }
    }

    private static (double Loss, float[] Gradient) Sweep<TLoss>(int bits, float[] x, float[] t, float parameter, float scale)
        where TLoss : struct, IElementLoss
    {
        using var predictions = GuardedBuffer.EndingAtGuard(x);
        using var targets = GuardedBuffer.EndingAtGuard(t);
        using var gradient = new GuardedBuffer<float>(x.Length);
        var arguments = new ElementLossArguments { Predictions = predictions.Pointer, Targets = targets.Pointer, Gradient = gradient.Pointer, Count = x.Length, Scale = scale, Parameter = parameter };
        Run.Kernel<ElementLoss<TLoss>, ElementLossArguments>(bits, ref arguments);
        var loss = arguments.Loss;
        arguments.Gradient = predictions.Pointer;
        Run.Kernel<ElementLoss<TLoss>, ElementLossArguments>(bits, ref arguments);
        Expect.SameBits<float>(gradient.Span, predictions.Span, "in place");
        Assert.Equal(loss, arguments.Loss);
        return (loss, gradient.Span.ToArray());
    }
}
