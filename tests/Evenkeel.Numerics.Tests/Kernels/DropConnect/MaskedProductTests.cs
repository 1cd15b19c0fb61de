using Evenkeel.Numerics.Kernels.DropConnect;
using Evenkeel.Numerics.Randomness;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.DropConnect;

public sealed unsafe class MaskedProductTests
{
    private const int Samples = 5;

    [Theory]
    [ClassData(typeof(Widths))]
    public void The_product_and_its_gradients_are_those_of_the_book(int bits)
    {
        foreach (var (inputs, units) in from inputs in new[] { 1, 6, 33 } from units in (int[])[1, 3, 15, 16, 17, 31, 32, 33, 64, 67, 131] select (inputs, units))
        {
            var random = new SeededRandom((ulong)((inputs * 1000) + units));
            float[] x = random.Floats(Samples * inputs), w = random.Floats(inputs * units), dy = random.Floats(Samples * units);
            var (words, mask) = Draw(0.5f, Samples, inputs, units, attempt: 3);
            var expected = Book.DropConnect.Backward(Expect.Widen(dy), Expect.Widen(x), Expect.Widen(w), mask, inputs, units, 0.5);
            Expect.Close(Book.DropConnect.Forward(Expect.Widen(x), Expect.Widen(w), mask, inputs, units, 0.5), Sweep<MaskedProduct>(bits, x, w, null, words, inputs, units, whole: true), Tolerances.FloatSum(4 * inputs), "y");
            Expect.Close(expected.X, Sweep<MaskedProductInputGradient>(bits, null, w, dy, words, inputs, units, whole: true), Tolerances.FloatSum(4 * units), "dx");
            Expect.Close(expected.W, Sweep<MaskedProductWeightGradient>(bits, x, null, dy, words, inputs, units, whole: true), Tolerances.FloatSum(4 * Samples), "dw");
            Expect.SameBits<float>(Sweep<MaskedProduct>(bits, x, w, null, words, inputs, units, whole: true), Sweep<MaskedProduct>(bits, x, w, null, words, inputs, units, whole: false));
            Expect.SameBits<float>(Sweep<MaskedProductInputGradient>(bits, null, w, dy, words, inputs, units, whole: true), Sweep<MaskedProductInputGradient>(bits, null, w, dy, words, inputs, units, whole: false));
            Expect.SameBits<float>(Sweep<MaskedProductWeightGradient>(bits, x, null, dy, words, inputs, units, whole: true), Sweep<MaskedProductWeightGradient>(bits, x, null, dy, words, inputs, units, whole: false));
        }
    }

    [Theory]
    [InlineData(0.5f, 1, 0.5)]
    [InlineData(0.25f, 2, 0.75)]
    [InlineData(0.75f, 2, 0.25)]
    [InlineData(0.2f, 16, 52429.0 / 65536)]
    [InlineData(1e-9f, 16, 65535.0 / 65536)]
    [InlineData(0.9999999f, 16, 1.0 / 65536)]
    public void Bits_are_kept_with_the_nearest_binary_fraction(float rate, int digits, double probability)
    {
        var keep = new KeepBits(rate);
        Assert.Equal((digits, probability), (keep.Digits, keep.Probability));
        var words = new uint[1 << 15];
        fixed (uint* pointer = words) keep.Fill(pointer, 0, words.Length, 2, new RandomStream(1, "bits").Key);
        var ones = words.Sum(static word => (long)uint.PopCount(word));
        var all = 32.0 * words.Length;
        Assert.Equal(probability * all, ones, 5 * Math.Sqrt(all * probability * (1 - probability)) + 1e-9);
    }

    [Fact]
    public void A_word_of_bits_joins_the_words_of_its_block_digit_by_digit()
    {
        // 0.75 has the digits 11 from the last on: an OR onto nothing, then another.
        var stream = new RandomStream(7, "bits");
        var keep = new KeepBits(0.25f);
        var words = new uint[8];
        fixed (uint* pointer = words) keep.Fill(pointer, 40, 8, 5, stream.Key);
        for (var i = 0; i < words.Length; i++)
        {
            var block = (40UL + (ulong)i) / 4 * 2;
            Assert.Equal(stream.Word((4 * block) + (ulong)(i % 4), 5) | stream.Word((4 * (block + 1)) + (ulong)(i % 4), 5), words[i]);
        }
    }

    [Fact]
    public void Any_part_of_the_bits_can_be_drawn_alone()
    {
        var keep = new KeepBits(0.3f);
        uint[] whole = new uint[200], part = new uint[60];
        fixed (uint* all = whole, some = part)
        {
            keep.Fill(all, 0, 200, 1, 99);
            keep.Fill(some, 100, 60, 1, 99);
        }

        Assert.Equal(whole[100..160], part);
    }

    /// <summary>Masks of a stream as words and as the book wants them.</summary>
    private static (uint[] Words, bool[] Mask) Draw(float rate, int samples, int inputs, int units, ulong attempt)
    {
        var (keep, size, row) = (new KeepBits(rate), KeepBits.Words(inputs, units), KeepBits.RowWords(units));
        var words = new uint[samples * size];
        fixed (uint* pointer = words) keep.Fill(pointer, 0, words.Length, attempt, new RandomStream(4, "mask").Key);
        return (words, [.. Enumerable.Range(0, samples * inputs * units).Select(at => (words[(at / units / inputs * size) + (at / units % inputs * row) + (at % units / 32)] >> (at % units % 32) & 1) != 0)]);
    }

    private static float[] Sweep<TKernel>(int bits, float[]? x, float[]? w, float[]? dy, uint[] words, int inputs, int units, bool whole)
        where TKernel : struct, Evenkeel.Numerics.Kernels.IKernel<MaskedProductArguments>
    {
        using var input = x is null ? new GuardedBuffer<float>(Samples * inputs) : GuardedBuffer.EndingAtGuard(x);
        using var weight = w is null ? new GuardedBuffer<float>(inputs * units) : GuardedBuffer.EndingAtGuard(w);
        using var output = dy is null ? new GuardedBuffer<float>(Samples * units) : GuardedBuffer.EndingAtGuard(dy);
        using var mask = GuardedBuffer.EndingAtGuard(words);
        var arguments = new MaskedProductArguments { Input = input.Pointer, Weight = weight.Pointer, Output = output.Pointer, Bits = mask.Pointer, Inputs = inputs, Units = units, Kept = 2, EndSample = Samples, EndRow = inputs };
        if (whole)
        {
            Run.Kernel<TKernel, MaskedProductArguments>(bits, ref arguments);
        }
        else if (w is null)
        {
            (arguments.FirstRow, arguments.EndRow) = (inputs / 2, inputs);
            Run.Kernel<TKernel, MaskedProductArguments>(bits, ref arguments);
            (arguments.FirstRow, arguments.EndRow) = (0, inputs / 2);
            Run.Kernel<TKernel, MaskedProductArguments>(bits, ref arguments);
        }
        else
        {
            (arguments.FirstSample, arguments.EndSample) = (2, Samples);
            Run.Kernel<TKernel, MaskedProductArguments>(bits, ref arguments);
            (arguments.FirstSample, arguments.EndSample) = (0, 2);
            Run.Kernel<TKernel, MaskedProductArguments>(bits, ref arguments);
        }

        return (x is null ? input : w is null ? weight : output).Span.ToArray();
    }
}
