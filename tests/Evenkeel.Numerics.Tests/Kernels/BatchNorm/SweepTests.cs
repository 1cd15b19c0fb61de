using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.BatchNorm;

public sealed class SweepTests
{
    private const double Epsilon = 1e-3;

    private static readonly Tolerance Forward = new(0, 64 * Tolerances.FloatUnit, "statistics, three operations, and an activation of slope 1 at most");

    // Every term of dx has its own rounding; sums of up to 5000 terms stand behind c0 and c1.
    private static readonly Tolerance Backward = new(0, 2e-5, "float statistics, recomputed derivative, sums in blocks of 128");

    public static TheoryData<int, string> WidthsAndActivations()
    {
        TheoryData<int, string> data = [];
        foreach (var bits in PackWidths.Supported)
            foreach (var activation in new[] { "identity", "relu", "sigmoid", "tanh" }) data.Add(bits, activation);
        return data;
    }

    [Theory]
    [MemberData(nameof(WidthsAndActivations))]
    public void Normalisation_agrees_with_the_book_in_any_pieces(int bits, string activation) =>
        ActivationTable.Dispatch<ForwardCheck, bool>(activation, new ForwardCheck(bits));

    [Theory]
    [MemberData(nameof(WidthsAndActivations))]
    public void Gradients_agree_with_the_book_from_stored_and_recomputed_values(int bits, string activation) =>
        ActivationTable.Dispatch<BackwardCheck, bool>(activation, new BackwardCheck(bits));

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_nan_in_the_output_gradient_reaches_both_sums_even_where_the_unit_is_off(int bits)
    {
        const int Rows = 40, Channels = 21;
        var random = new SeededRandom(3);
        var x = random.Floats(Rows * Channels);
        using var run = new BatchNormRun(bits, x, Channels).Statistics().Finalize(null, null, Epsilon);
        var y = run.Forward<Relu>();
        var dy = random.Floats(x.Length);
        var off = Array.FindIndex(y, v => v == 0);
        dy[off] = float.NaN;
        run.Backward<Relu>(dy, null, store: false);
        for (var c = 0; c < Channels; c++)
        {
            Assert.Equal(c == off % Channels, float.IsNaN(run.BetaGradient[c]));
            Assert.Equal(c == off % Channels, float.IsNaN(run.GammaGradient[c]));
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_nan_in_the_input_passes_through_relu(int bits)
    {
        const int Channels = 5;
        var x = new SeededRandom(3).Floats(20);
        using var run = new BatchNormRun(bits, x, Channels).Statistics().Finalize(null, null, Epsilon);
        x[7] = float.NaN;
        using var bad = new BatchNormRun(bits, x, Channels).Statistics().Finalize(null, null, Epsilon);
        Assert.DoesNotContain(run.Forward<Relu>(), float.IsNaN);
        var y = bad.Forward<Relu>();
        for (var i = 0; i < y.Length; i++) Assert.Equal(i % Channels == 2, float.IsNaN(y[i]));
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_gradient_of_a_batch_sums_to_zero(int bits)
    {
        const int Rows = 1031, Channels = 18;
        var random = new SeededRandom(11);
        using var run = new BatchNormRun(bits, random.Floats(Rows * Channels, 5, 3), Channels, rowPieces: 4).Statistics().Finalize(random.Floats(Channels), null, Epsilon);
        var dx = run.Backward<Identity>(random.Floats(Rows * Channels), null, store: false);
        for (var c = 0; c < Channels; c++)
        {
            double sum = 0, magnitudes = 0;
            for (var r = 0; r < Rows; r++) (sum, magnitudes) = (sum + dx[(r * Channels) + c], magnitudes + Math.Abs(dx[(r * Channels) + c]));
            Assert.True(Math.Abs(sum) < 1e-6 * magnitudes, $"channel {c}: {sum} of {magnitudes}");
        }
    }

    [Fact]
    public unsafe void Stores_past_the_caches_write_the_same_values()
    {
        const int Rows = 70, Channels = 96;
        var x = new SeededRandom(4).Floats(Rows * Channels);
        foreach (var bits in PackWidths.Supported)
        {
            using var run = new BatchNormRun(bits, x, Channels, gap: 0).Statistics().Finalize(null, null, Epsilon);
            using var aligned = new Evenkeel.Numerics.Memory.NativeBuffer(Rows * Channels);
            fixed (float* p = x)
            {
                var arguments = new Evenkeel.Numerics.Kernels.BatchNorm.NormalizeActivateArguments
                {
                    Input = p,
                    InputStride = Channels,
                    Output = aligned.Pointer,
                    OutputStride = Channels,
                    Window = new(0, Rows, 0, Channels),
                    Coefficients = run.Coefficients,
                    NonTemporal = true,
                };
                Run.Kernel<Evenkeel.Numerics.Kernels.BatchNorm.NormalizeActivate<Tanh>, Evenkeel.Numerics.Kernels.BatchNorm.NormalizeActivateArguments>(bits, ref arguments);
            }

            Expect.SameBits<float>(run.Forward<Tanh>(), aligned.Span);
        }
    }

    [Fact]
    public unsafe void An_addend_is_added_before_the_nonlinearity()
    {
        const int Rows = 9, Channels = 83, Gap = 3;
        var random = new SeededRandom(5);
        float[] x = random.Floats(Rows * Channels), r = random.Floats(Rows * (Channels + Gap));
        foreach (var bits in PackWidths.Supported)
        {
            using var run = new BatchNormRun(bits, x, Channels, gap: 0).Statistics().Finalize(null, null, Epsilon);
            var normalized = run.Forward<Identity>();
            var found = new float[Rows * Channels];
            fixed (float* input = x, addend = r, output = found)
            {
                var arguments = new Evenkeel.Numerics.Kernels.BatchNorm.NormalizeActivateArguments
                {
                    Input = input,
                    InputStride = Channels,
                    Addend = addend,
                    AddendStride = Channels + Gap,
                    Output = output,
                    OutputStride = Channels,
                    Window = new(0, Rows, 0, Channels),
                    Coefficients = run.Coefficients,
                };
                Run.Kernel<Evenkeel.Numerics.Kernels.BatchNorm.NormalizeActivate<Relu>, Evenkeel.Numerics.Kernels.BatchNorm.NormalizeActivateArguments>(bits, ref arguments);
            }

            // One addition, rounded once, so bits are known.
            for (var i = 0; i < found.Length; i++) Assert.Equal(Math.Max(0, normalized[i] + r[(i / Channels * (Channels + Gap)) + (i % Channels)]), found[i]);
        }
    }

    private readonly struct ForwardCheck(int bits) : IActivationFunction<bool>
    {
        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            var book = Book.Activation.Named(TActivation.Name);
            foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs)
            {
                var random = new SeededRandom((ulong)(rows * 1000) + (ulong)channels);
                var x = random.Floats(rows * channels, 2, 3);
                var (gamma, beta) = (random.Floats(channels), random.Floats(channels));
                var expected = book.Apply(Book.BatchNorm.Forward(Expect.Widen(x), channels, Expect.Widen(gamma), Expect.Widen(beta), Epsilon).Y);
                using var whole = new BatchNormRun(bits, x, channels).Statistics().Finalize(gamma, beta, Epsilon);
                var y = whole.Forward<TActivation>();
                Expect.CloseScaled(expected, y, Forward, [10], $"{book} [{rows}, {channels}]");
                Expect.SameBits<float>(y, whole.Forward<TActivation>(inPlace: true));
                Expect.SameBits<float>(y, whole.Forward<TActivation>(nonTemporal: true));

                using var pieces = new BatchNormRun(bits, x, channels, rowPieces: 3, columnPieces: 2).Statistics().Finalize(gamma, beta, Epsilon);
                Expect.CloseScaled(expected, pieces.Forward<TActivation>(), Forward, [10], $"{book} [{rows}, {channels}] in pieces");
            }

            return true;
        }
    }

    private readonly struct BackwardCheck(int bits) : IActivationFunction<bool>
    {
        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            var book = Book.Activation.Named(TActivation.Name);
            foreach (var (rows, channels) in AwkwardSizes.RowChannelPairs)
            {
                var random = new SeededRandom((ulong)(rows * 1000) + (ulong)channels);
                var x = random.Floats(rows * channels, 2, 3);
                var dy = random.Floats(rows * channels);
                var (gamma, beta) = (random.Floats(channels, 1, 0.2), random.Floats(channels));
                double[] wideX = Expect.Widen(x), wideGamma = Expect.Widen(gamma);
                var forward = Book.BatchNorm.Forward(wideX, channels, wideGamma, Expect.Widen(beta), Epsilon);

                // A kernel may round z to the other side of a kink; such points are left out by giving them no gradient.
                for (var i = 0; i < dy.Length; i++) if (Math.Abs(forward.Y[i]) < 1e-4) dy[i] = 0;
                var dz = book.Backward(Expect.Widen(dy), forward.Y);
                var through = Book.BatchNormBackward.SixFormulas(dz, wideX, channels, wideGamma, Epsilon);
                var without = Book.BatchNormBackward.WithoutStatisticsGradient(dz, wideX, channels, wideGamma, Epsilon);
                double[] scale = [Expect.LargestMagnitude(without.X)];
                double[] sumScale = [Expect.LargestMagnitude(dz) * Math.Sqrt(rows) * 4];

                foreach (var (rowPieces, columnPieces) in new[] { (1, 1), (3, 2) })
                {
                    using var run = new BatchNormRun(bits, x, channels, rowPieces, columnPieces).Statistics().Finalize(gamma, beta, Epsilon);
                    var y = run.Forward<TActivation>();
                    foreach (var stored in new[] { null, y })
                    {
                        foreach (var store in new[] { false, true })
                        {
                            // The largest shapes are for the long sums; two of the four ways through are enough there.
                            if (x.Length > 60_000 && store != (stored == null)) continue;
                            var what = $"{book} [{rows}, {channels}] in {rowPieces} x {columnPieces}, stored {stored != null}, dz stored {store}";
                            var dx = run.Backward<TActivation>(dy, stored, store);
                            Expect.CloseScaled(through.X, dx, Backward, scale, $"dx {what}");
                            Expect.CloseScaled(through.Gamma, run.GammaGradient, Backward, sumScale, $"dgamma {what}");
                            Expect.CloseScaled(through.Beta, run.BetaGradient, Backward, sumScale, $"dbeta {what}");
                        }

                        var frozen = run.Backward<TActivation>(dy, stored, store: true, throughStatistics: false);
                        Expect.CloseScaled(without.X, frozen, Backward, scale, $"frozen dx {book} [{rows}, {channels}]");
                    }
                }
            }

            return true;
        }
    }
}
