using Evenkeel.Numerics.Kernels.Loss;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Loss;

public sealed unsafe class LossTests
{
    private static readonly Tolerance Probability = new(0, 3e-6, "a probability of at most 1: exp, a quotient, and a sum of up to 1000 terms, in one chain where there is one lane");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Cross_entropy_and_its_gradient_are_those_of_the_book(int bits)
    {
        foreach (var classes in Enumerable.Range(1, 40).Concat([64, 100, 1000]))
        {
            foreach (var rows in new[] { 1, 7, 60 })
            {
                var random = new SeededRandom((ulong)((classes * 100) + rows));
                var logits = random.Floats(rows * classes, 0, 3);
                var labels = random.Labels(rows, classes);
                var wide = Expect.Widen(logits);
                var (loss, correct, invalid, gradient) = CrossEntropy(bits, logits, labels, classes, 1f / rows);
                Expect.Close(Book.SoftmaxCrossEntropy.Loss(wide, labels, classes), loss / rows, new Tolerance(1e-6, 1e-6, "float exponentials"), $"[{rows}, {classes}]");
                Expect.CloseScaled(Book.SoftmaxCrossEntropy.Gradient(wide, labels, classes), gradient, Probability, [1.0 / rows], $"[{rows}, {classes}]");
                Assert.Equal(0, invalid);
                Assert.Equal(Enumerable.Range(0, rows).Count(r => Array.IndexOf(wide, wide.AsSpan(r * classes, classes).ToArray().Max(), r * classes) == (r * classes) + labels[r]), correct);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Smoothed_labels_give_the_loss_and_the_gradient_of_the_book(int bits)
    {
        foreach (var classes in new[] { 1, 2, 5, 10, 15, 16, 17, 33, 100 })
        {
            foreach (var smoothing in new[] { 0.1f, 0.9f })
            {
                const int Rows = 7;
                var random = new SeededRandom((ulong)classes);
                var logits = random.Floats(Rows * classes, 0, 3);
                var labels = random.Labels(Rows, classes);
                var wide = Expect.Widen(logits);
                var (loss, _, invalid, gradient) = CrossEntropy(bits, logits, labels, classes, 1f / Rows, smoothing);
                Expect.Close(Book.SoftmaxCrossEntropy.SmoothedLoss(wide, labels, classes, smoothing), loss / Rows, new Tolerance(1e-6, 1e-6, "float exponentials and sums"), $"[{Rows}, {classes}]");
                Expect.CloseScaled(Book.SoftmaxCrossEntropy.SmoothedGradient(wide, labels, classes, smoothing), gradient, Probability, [1.0 / Rows], $"[{Rows}, {classes}]");
                Assert.Equal(0, invalid);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Huge_logits_neither_overflow_nor_lose_the_loss(int bits)
    {
        foreach (var classes in new[] { 3, 17, 33 })
        {
            var logits = new float[classes];
            (logits[0], logits[classes - 1]) = (3e4f, -3e4f);
            var (loss, correct, _, gradient) = CrossEntropy(bits, logits, [classes - 1], classes, 1);
            Assert.Equal(6e4, loss, 1e-3);
            Assert.Equal(0, correct);
            Assert.Equal(1, gradient[0]);
            Assert.Equal(-1, gradient[^1]);
            Assert.All(gradient[1..^1], g => Assert.Equal(0, g));
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Of_equal_logits_the_first_is_the_answer(int bits)
    {
        foreach (var classes in new[] { 2, 10, 16, 21, 50 })
        {
            var logits = new float[2 * classes];
            var (loss, correct, _, _) = CrossEntropy(bits, logits, [0, classes - 1], classes, 1);
            Assert.Equal(1, correct);
            Assert.Equal(2 * Math.Log(classes), loss, 1e-5);
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_label_that_is_no_class_is_counted_and_its_row_left_without_gradient(int bits)
    {
        foreach (var classes in new[] { 5, 16, 37 })
        {
            var logits = new SeededRandom(1).Floats(5 * classes);
            int[] labels = [1, -1, classes, int.MaxValue, 2];
            var (loss, _, invalid, gradient) = CrossEntropy(bits, logits, labels, classes, 1);
            Assert.Equal(3, invalid);
            Assert.All(gradient[classes..(4 * classes)], g => Assert.Equal(0, g));
            double[] wide = Expect.Widen([.. logits[..classes], .. logits[(4 * classes)..]]);
            Assert.Equal(Book.SoftmaxCrossEntropy.RowLosses(wide, [1, 2], classes).Sum(), loss, 1e-5);
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_bad_logit_shows_in_the_loss_and_in_its_own_row(int bits)
    {
        foreach (var classes in new[] { 5, 16, 37 })
        {
            foreach (var bad in new[] { float.NaN, float.PositiveInfinity })
            {
                for (var at = 0; at < classes; at++)
                {
                    var logits = new SeededRandom(1).Floats(3 * classes);
                    logits[classes + at] = bad;
                    var (loss, correct, _, gradient) = CrossEntropy(bits, logits, [0, at, 0], classes, 1);
                    Assert.False(double.IsFinite(loss));
                    Assert.All(gradient[classes..(2 * classes)], g => Assert.True(float.IsNaN(g)));
                    Assert.DoesNotContain(gradient[..classes], float.IsNaN);
                    Assert.DoesNotContain(gradient[(2 * classes)..], float.IsNaN);
                    Assert.InRange(correct, 0, 2);
                }
            }
        }
    }

    private static (double Loss, int Correct, int Invalid, float[] Gradient) CrossEntropy(int bits, float[] logits, int[] labels, int classes, float scale, float smoothing = 0)
    {
        using var x = GuardedBuffer.EndingAtGuard(logits);
        using var l = GuardedBuffer.EndingAtGuard(labels);
        using var g = new GuardedBuffer<float>(logits.Length);
        var rows = labels.Length;
        var (loss, correct, invalid) = (0.0, 0, 0);
        foreach (var (first, end) in new[] { (0, rows / 2), (rows / 2, rows) })
        {
            var arguments = new SoftmaxCrossEntropyArguments { Logits = x.Pointer, Labels = l.Pointer, Gradient = g.Pointer, FirstRow = first, EndRow = end, Classes = classes, Scale = scale, Smoothing = smoothing };
            Run.Kernel<SoftmaxCrossEntropy, SoftmaxCrossEntropyArguments>(bits, ref arguments);
            (loss, correct, invalid) = (loss + arguments.Loss, correct + arguments.Correct, invalid + arguments.InvalidLabels);
        }

        var inPlace = new SoftmaxCrossEntropyArguments { Logits = x.Pointer, Labels = l.Pointer, Gradient = x.Pointer, EndRow = rows, Classes = classes, Scale = scale, Smoothing = smoothing };
        Run.Kernel<SoftmaxCrossEntropy, SoftmaxCrossEntropyArguments>(bits, ref inPlace);
        Expect.SameBits<float>(g.Span, x.Span);
        return (loss, correct, invalid, g.Span.ToArray());
    }
}
