using Evenkeel.Numerics.Kernels.Loss;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Loss;

public sealed unsafe class SoftCrossEntropyTests
{
    private static readonly Tolerance Mean = new(2e-6, 2e-6, "float exponentials, logarithms and sums over the classes");

    private static readonly Tolerance Probability = new(0, 4e-6, "a probability of at most 1: exp, a quotient, and a sum of up to 1000 terms, in one chain where there is one lane");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Loss_divergence_and_gradient_are_those_of_the_book(int bits)
    {
        foreach (var classes in Enumerable.Range(1, 36).Concat([64, 100, 1000]))
        {
            foreach (var rows in new[] { 1, 7 })
            {
                var random = new SeededRandom((ulong)((classes * 100) + rows));
                var logits = random.Floats(rows * classes, 0, 3);
                var targets = Distributions(random, rows, classes);
                double[] wide = Expect.Widen(logits), wideTargets = Expect.Widen(targets);
                var (loss, gradient) = Sweep(bits, logits, targets, classes, 1f / rows, false);
                var (divergence, same) = Sweep(bits, logits, targets, classes, 1f / rows, true);
                Expect.Close(Book.SoftCrossEntropy.Loss(wide, wideTargets, classes), loss / rows, Mean, $"[{rows}, {classes}]");
                Expect.Close(Book.SoftCrossEntropy.Divergence(wide, wideTargets, classes), divergence / rows, Mean, $"[{rows}, {classes}]");
                Expect.CloseScaled(Book.SoftCrossEntropy.Gradient(wide, wideTargets, classes), gradient, Probability, [1.0 / rows], $"[{rows}, {classes}]");
                Expect.SameBits<float>(gradient, same);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Huge_logits_neither_overflow_nor_lose_the_loss(int bits)
    {
        foreach (var classes in new[] { 3, 16, 17, 33 })
        {
            float[] logits = new float[classes], targets = new float[classes];
            (logits[0], logits[classes - 1], targets[classes - 1]) = (3e4f, -3e4f, 1);
            var (loss, gradient) = Sweep(bits, logits, targets, classes, 1, false);
            Assert.Equal(6e4, loss, 1e-3);
            Assert.Equal(1, gradient[0]);
            Assert.Equal(-1, gradient[^1]);
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Nan_in_logits_or_targets_reaches_loss_and_gradient_of_its_row_alone(int bits)
    {
        foreach (var classes in new[] { 5, 16, 37 })
        {
            for (var at = 0; at < classes; at++)
            {
                foreach (var inTargets in new[] { false, true })
                {
                    var random = new SeededRandom(1);
                    var (logits, targets) = (random.Floats(3 * classes), Distributions(random, 3, classes));
                    (inTargets ? targets : logits)[classes + at] = float.NaN;
                    var (loss, gradient) = Sweep(bits, logits, targets, classes, 1, true);
                    Assert.True(double.IsNaN(loss));
                    Assert.All(gradient[classes..(2 * classes)], g => Assert.True(float.IsNaN(g)));
                    Assert.DoesNotContain(gradient[..classes], float.IsNaN);
                    Assert.DoesNotContain(gradient[(2 * classes)..], float.IsNaN);
                }
            }
        }
    }

    private static float[] Distributions(SeededRandom random, int rows, int classes)
    {
        // Every third target is 0, whose logarithm does not exist.
        var targets = Array.ConvertAll(random.Uniforms(rows * classes, 0, 1), u => (float)(u < 1 / 3.0 ? 0 : u / classes));
        for (var row = 0; row < rows; row++) targets[row * classes] = 0.5f;
        return targets;
    }

    private static (double Loss, float[] Gradient) Sweep(int bits, float[] logits, float[] targets, int classes, float scale, bool divergence)
    {
        using var x = GuardedBuffer.EndingAtGuard(logits);
        using var t = GuardedBuffer.EndingAtGuard(targets);
        using var g = new GuardedBuffer<float>(logits.Length);
        var rows = logits.Length / classes;
        var loss = 0.0;
        foreach (var (first, end) in new[] { (0, rows / 2), (rows / 2, rows) })
        {
            var arguments = new SoftCrossEntropyArguments { Logits = x.Pointer, Targets = t.Pointer, Gradient = g.Pointer, FirstRow = first, EndRow = end, Classes = classes, Scale = scale, Divergence = divergence };
            Run.Kernel<SoftCrossEntropy, SoftCrossEntropyArguments>(bits, ref arguments);
            loss += arguments.Loss;
        }

        var inPlace = new SoftCrossEntropyArguments { Logits = x.Pointer, Targets = t.Pointer, Gradient = x.Pointer, EndRow = rows, Classes = classes, Scale = scale, Divergence = divergence };
        Run.Kernel<SoftCrossEntropy, SoftCrossEntropyArguments>(bits, ref inPlace);
        Expect.SameBits<float>(g.Span, x.Span);
        return (loss, g.Span.ToArray());
    }
}
