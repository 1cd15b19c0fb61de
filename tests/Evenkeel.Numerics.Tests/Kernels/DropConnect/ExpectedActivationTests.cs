using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.DropConnect;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.DropConnect;

public sealed unsafe class ExpectedActivationTests
{
    /// <summary>A kink of slope 1 between two places of the sum, 0.375 deviations apart, at the density's largest: h^2 / 8 phi(0), less what its neighbours give back.</summary>
    private const double KinkError = 0.005;

    private static readonly Tolerance Smooth = new(1e-6, 1e-5, "33 activations in float and their weighted sum");

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_mean_over_normal_inputs_is_that_of_the_book(int bits)
    {
        foreach (var length in (int[])[1, 7, 16, 17, 33])
        {
            var random = new SeededRandom((ulong)length);
            float[] mean = random.Floats(length, deviation: 2), variance = [.. random.Floats(length).Select(static v => v * v)];
            variance[0] = 0;
            Expect.Close(Expected(Book.Activation.Tanh, mean, variance), Sweep<Tanh>(bits, mean, variance), Smooth, "tanh");
            Expect.Close(Expected(Book.Activation.Sigmoid, mean, variance), Sweep<Sigmoid>(bits, mean, variance), Smooth, "sigmoid");
            var (expected, rectified) = (Expected(Book.Activation.Relu, mean, variance), Sweep<Relu>(bits, mean, variance));
            for (var i = 0; i < length; i++) Assert.Equal(expected[i], rectified[i], (KinkError * Math.Sqrt(0.5 * variance[i])) + 1e-6);
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void What_is_no_number_stays_none(int bits)
    {
        Assert.All(Sweep<Relu>(bits, [float.NaN, 1], [1, float.NaN]), static value => Assert.True(float.IsNaN(value)));
        Assert.Equal([2f], Sweep<Relu>(bits, [2], [0]), static (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    private static double[] Expected(Book.Activation activation, float[] mean, float[] variance) =>
        [.. mean.Select((value, i) => Book.DropConnect.Expectation(activation, value, Math.Sqrt(0.5 * variance[i])))];

    private static float[] Sweep<TActivation>(int bits, float[] mean, float[] variance)
        where TActivation : struct, IActivation
    {
        using var means = GuardedBuffer.EndingAtGuard(mean);
        using var variances = GuardedBuffer.EndingAtGuard(variance);
        using var output = new GuardedBuffer<float>(mean.Length);
        foreach (var (first, end) in new[] { (mean.Length / 3, mean.Length), (0, mean.Length / 3) })
        {
            var arguments = new ExpectedActivationArguments { Mean = means.Pointer, Variance = variances.Pointer, Output = output.Pointer, Stride = mean.Length, Window = new Window(0, 1, first, end), Spread = 0.5f };
            Run.Kernel<ExpectedActivation<TActivation>, ExpectedActivationArguments>(bits, ref arguments);
        }

        return output.Span.ToArray();
    }
}
