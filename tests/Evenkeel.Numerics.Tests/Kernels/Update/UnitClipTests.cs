using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Update;

public sealed unsafe class UnitClipTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void Units_are_shortened_to_a_share_of_their_weights(int bits)
    {
        foreach (var (rows, units) in AwkwardSizes.RowChannelPairs.Where(static pair => pair.Rows < 1000))
        {
            var random = new SeededRandom((ulong)((rows * 100) + units));
            float[] w = random.Floats(rows * units), g = random.Floats(rows * units, 0, 0.02);

            // Every third unit has no weights to speak of: the floor counts.
            for (var i = 0; i < w.Length; i++) w[i] *= i % units % 3 == 0 ? 1e-6f : 1;
            var expected = Book.Clipping.ByUnit(Expect.Widen(g), Expect.Widen(w), units, 0.01f, 1e-3f);
            using var weights = new StridedMatrix(rows, units, 3, w);
            using var gradients = new StridedMatrix(rows, units, 3, g);
            foreach (var (first, end) in new[] { (0, units / 2), (units / 2, units) })
            {
                var arguments = new UnitClipArguments { Parameters = weights.Pointer, Gradients = gradients.Pointer, Stride = weights.Stride, Window = new Window(0, rows, first, end), Ratio = 0.01f, Floor = 1e-3f };
                Run.Kernel<UnitClip, UnitClipArguments>(bits, ref arguments);
            }

            Expect.CloseEach(expected, gradients.Values, Tolerances.FloatSum(rows), $"[{rows}, {units}]");
            Assert.NotEqual(g, gradients.Values);
        }
    }
}
