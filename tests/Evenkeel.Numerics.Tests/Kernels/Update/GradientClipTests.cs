using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Update;

public sealed unsafe class GradientClipTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void Gradients_are_shortened_and_bounded_as_in_the_book(int bits)
    {
        foreach (var count in AwkwardSizes.Values.Concat([4097]))
        {
            var gradients = new SeededRandom((ulong)count).Floats(count, 0, 2);
            Expect.CloseEach(Book.Clipping.ByValue(Expect.Widen(gradients), 0.75), Clip(bits, gradients, 1, 0.75f), Tolerances.Exact);
            Expect.CloseEach(Book.Clipping.ByValue([.. gradients.Select(static g => 0.3f * g)], 0.75), Clip(bits, gradients, 0.3f, 0.75f), Tolerances.Exact);
            if (count == 0) continue;
            var norm = Math.Sqrt(gradients.Sum(static g => (double)g * g));
            Expect.CloseEach(Book.Clipping.ByNorm(Expect.Widen(gradients), norm / 4), Clip(bits, gradients, 0.25f, float.PositiveInfinity), Tolerances.FloatArithmetic);
        }
    }

    private static float[] Clip(int bits, float[] gradients, float factor, float limit)
    {
        using var values = GuardedBuffer.EndingAtGuard(gradients);
        var arguments = new GradientClipArguments { Gradients = values.Pointer, Count = gradients.Length, Factor = factor, Limit = limit };
        Run.Kernel<GradientClip, GradientClipArguments>(bits, ref arguments);
        return values.Span.ToArray();
    }
}
