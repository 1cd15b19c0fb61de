using Evenkeel.Numerics.Kernels.Normalization;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Normalization;

public sealed unsafe class LocalResponseTests
{
    /// <summary>A logarithm and a power of it to a few units, times a power of at most 1.5.</summary>
    private static readonly Tolerance Powers = new(0, 64 * Tolerances.FloatUnit, "a logarithm and an exponential in float");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Rows_and_their_gradients_are_those_of_the_book(int bits)
    {
        foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs.Where(static pair => pair.Rows < 70))
        {
            foreach (var (size, alpha, beta, bias) in new[] { (5, 1e-4f, 0.75f, 2f), (3, 0.8f, 1.5f, 0.5f), (1, 1f, 0.5f, 1f), (9, 2f, 0f, 1f) })
            {
                var random = new SeededRandom((ulong)((rows * 1000) + channels));
                float[] x = random.Floats(rows * channels, 0.5, 2), dy = random.Floats(rows * channels);
                var (y, dx) = Run(bits, x, dy, channels, size, alpha, beta, bias);
                double[] wide = Expect.Widen(x), cotangent = Expect.Widen(dy);
                var what = $"[{rows}, {channels}], window {size}";
                Expect.Close(Book.LocalResponseNorm.Forward(wide, channels, size, alpha, beta, bias), y, Powers, what);
                Expect.CloseScaled(Book.LocalResponseNorm.Backward(cotangent, wide, channels, size, alpha, beta, bias), dx, Powers, [8 + Expect.LargestMagnitude(Book.LocalResponseNorm.Backward(cotangent, wide, channels, size, alpha, beta, bias))], what);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Nan_reaches_the_windows_that_hold_it_alone(int bits)
    {
        var x = new SeededRandom(1).Floats(3 * 40);
        x[50] = float.NaN;
        var (y, _) = Run(bits, x, x, 40, 5, 1, 0.75f, 1);
        for (var i = 0; i < y.Length; i++) Assert.Equal(i is >= 48 and <= 52, float.IsNaN(y[i]));
    }

    private static (float[] Y, float[] Dx) Run(int bits, float[] x, float[] dy, int channels, int size, float alpha, float beta, float bias)
    {
        var rows = x.Length / channels;
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var cotangent = GuardedBuffer.EndingAtGuard(dy);
        using var output = new GuardedBuffer<float>(x.Length);
        using var scratch = GuardedBuffer.EndingAtGuard(new float[LocalResponse.ScratchFloats(channels, size)]);
        var arguments = new LocalResponseArguments { Input = input.Pointer, OutputGradient = cotangent.Pointer, Output = output.Pointer, Scratch = scratch.Pointer, EndRow = rows, Channels = channels, Size = size, Alpha = alpha, Beta = beta, Bias = bias };
        Kernels.Run.Kernel<LocalResponseForward, LocalResponseArguments>(bits, ref arguments);
        var y = output.Span.ToArray();

        // In place, over dy, and in two pieces.
        arguments.Output = cotangent.Pointer;
        (arguments.FirstRow, arguments.EndRow) = (0, rows / 2);
        Kernels.Run.Kernel<LocalResponseBackward, LocalResponseArguments>(bits, ref arguments);
        (arguments.FirstRow, arguments.EndRow) = (rows / 2, rows);
        Kernels.Run.Kernel<LocalResponseBackward, LocalResponseArguments>(bits, ref arguments);
        return (y, cotangent.Span.ToArray());
    }
}
