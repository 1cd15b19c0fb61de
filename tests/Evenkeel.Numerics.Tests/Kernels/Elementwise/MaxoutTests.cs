using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Elementwise;

public sealed unsafe class MaxoutTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void Maxout_and_its_gradient_are_those_of_the_book(int bits)
    {
        foreach (var (rows, pieces, units) in from rows in new[] { 1, 3 } from pieces in new[] { 1, 2, 5 } from units in AwkwardSizes.Few select (rows, pieces, units))
        {
            var x = new SeededRandom((ulong)(units + pieces)).Floats(rows * pieces * units);
            var dy = new SeededRandom(9).Floats(rows * units);
            var (y, dx) = Sweep(bits, x, dy, rows, pieces, units, [(0, units)]);
            Expect.Close(Book.Maxout.Forward(Expect.Widen(x), pieces, units), y, Tolerances.Exact);
            Expect.Close(Book.Maxout.Backward(Expect.Widen(dy), Expect.Widen(x), pieces, units), dx, Tolerances.Exact);
            var (parts, partGradients) = Sweep(bits, x, dy, rows, pieces, units, [(units / 3, units), (0, units / 3)]);
            Expect.SameBits<float>(y, parts);
            Expect.SameBits<float>(dx, partGradients);
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Nan_in_any_piece_reaches_the_output(int bits)
    {
        for (var at = 0; at < 3; at++)
        {
            var x = new float[3 * 17];
            x.AsSpan(at * 17, 17).Fill(float.NaN);
            Assert.All(Sweep(bits, x, new float[17], 1, 3, 17, [(0, 17)]).Y, static value => Assert.True(float.IsNaN(value)));
        }
    }

    private static (float[] Y, float[] Dx) Sweep(int bits, float[] x, float[] dy, int rows, int pieces, int units, (int First, int End)[] panels)
    {
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var cotangent = GuardedBuffer.EndingAtGuard(dy);
        using var output = new GuardedBuffer<float>(rows * units);
        using var gradient = new GuardedBuffer<float>(x.Length);
        foreach (var (first, end) in panels)
        {
            var arguments = new MaxoutArguments { Input = input.Pointer, Output = output.Pointer, Pieces = pieces, Units = units, Window = new Window(0, rows, first, end) };
            Run.Kernel<MaxoutForward, MaxoutArguments>(bits, ref arguments);
            arguments.Output = cotangent.Pointer;
            arguments.InputGradient = gradient.Pointer;
            Run.Kernel<MaxoutBackward, MaxoutArguments>(bits, ref arguments);
        }

        return (output.Span.ToArray(), gradient.Span.ToArray());
    }
}
