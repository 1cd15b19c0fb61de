using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Update;

public sealed unsafe class RunningWeightsTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void The_average_follows_the_book_and_is_written_back_where_wanted(int bits)
    {
        foreach (var count in AwkwardSizes.Values.Concat([4097]))
        {
            foreach (var (retention, back) in new[] { (0f, false), (0.25f, true), (0.999f, false), (1f, true) })
            {
                var random = new SeededRandom((ulong)count);
                float[] w = random.Floats(count), s = random.Floats(count);
                double[] bookW = Expect.Widen(w), bookS = Expect.Widen(s);
                Book.Averaging.Follow(bookW, bookS, retention, back);
                using var parameters = GuardedBuffer.EndingAtGuard(w);
                using var average = GuardedBuffer.EndingAtGuard(s);
                var arguments = new RunningWeightsArguments { Parameters = parameters.Pointer, Average = average.Pointer, Count = count, Retention = retention, WritesBack = back };
                Run.Kernel<RunningWeights, RunningWeightsArguments>(bits, ref arguments);
                var scale = w.Zip(s, static (a, b) => (double)Math.Abs(a) + Math.Abs(b)).ToArray();
                Expect.CloseScaled(bookS, average.Span, Tolerances.FloatArithmetic, scale);
                if (back) Expect.SameBits<float>(average.Span, parameters.Span);
                else Expect.SameBits<float>(w, parameters.Span);
                if (retention == 0) Expect.SameBits<float>(w, average.Span);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_parameter_that_stands_still_is_its_own_average(int bits)
    {
        var w = new SeededRandom(3).Floats(100);
        using var parameters = GuardedBuffer.EndingAtGuard(w);
        using var average = GuardedBuffer.EndingAtGuard(w);
        for (var i = 0; i < 50; i++)
        {
            var arguments = new RunningWeightsArguments { Parameters = parameters.Pointer, Average = average.Pointer, Count = 100, Retention = 0.9f + (0.001f * i) };
            Run.Kernel<RunningWeights, RunningWeightsArguments>(bits, ref arguments);
        }

        Expect.SameBits<float>(w, average.Span);
    }
}
