using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Datasets;

/// <summary>Digits 0..9 drawn by program: 60,000 + 10,000 grey images of 28x28, about as hard as MNIST, which need no file.</summary>
/// <remarks>
/// Each image is a function of (seed, part, index) alone, to the bit on every machine. It is drawn when it is first read, by whichever worker reads it, and kept as bytes (55 MB for both parts).
/// See docs/reference/glyphs.md for how they are made and what simple models reach on them.
/// </remarks>
public static class Glyphs
{
    /// <summary>The name on the command line.</summary>
    public const string Name = "glyphs";

    /// <summary>Images to train on, unless asked otherwise.</summary>
    public const int TrainingCount = 60_000;

    /// <summary>Images to test on, unless asked otherwise.</summary>
    public const int TestCount = 10_000;

    /// <summary>Mean of all training pixels of seed 0, in [0, 1].</summary>
    public const double PixelMean = 0.132256;

    /// <summary>Deviation of all training pixels of seed 0, in [0, 1].</summary>
    public const double PixelDeviation = 0.264266;

    /// <summary>The dataset; nothing is drawn yet.</summary>
    /// <param name="seed">Another seed gives other images of the same kind. Default 0: the dataset that published figures are about.</param>
    /// <param name="training">Images to train on, at least 1; fewer are the first ones of more.</param>
    /// <param name="test">Images to test on, at least 1.</param>
    /// <returns>Images <c>[28, 28, 1]</c> with features in [0, 1] and 10 classes.</returns>
    public static DatasetParts Load(ulong seed = 0, int training = TrainingCount, int test = TestCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(training, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(test, 1);
        return new DatasetParts(Name, Part("train", training, seed), Part("test", test, seed), FileErrors.Text($"drawn by program with seed {seed}"));
    }

    private static ByteDataset Part(string part, int count, ulong seed) =>
        new($"{Name}/{part}", [GlyphPainter.Side, GlyphPainter.Side, 1], TargetSpec.Classes(10), new Drawn(new RandomStream(seed, $"{Name}/{part}"), count));

    private sealed class Drawn(RandomStream stream, int count) : ByteSource(count)
    {
        private readonly byte[] _pixels = GC.AllocateUninitializedArray<byte>(checked(count * GlyphPainter.Pixels));
        private readonly bool[] _ready = new bool[count];

        public override ReadOnlySpan<byte> Sample(int index)
        {
            var pixels = _pixels.AsSpan(index * GlyphPainter.Pixels, GlyphPainter.Pixels);
            if (!Volatile.Read(ref _ready[index]))
            {
                // Two threads may draw the same image at once: both write the same bytes.
                GlyphPainter.Paint(stream, (ulong)index, pixels);
                Volatile.Write(ref _ready[index], true);
            }

            return pixels;
        }

        public override int Label(int index) => GlyphPainter.Label(stream, (ulong)index);
    }
}
