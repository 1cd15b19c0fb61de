using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Numerics.Randomness;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Augmentation;

public sealed class SampleMixingTests
{
    private const int Draws = 20_000;
    private const double Rounding = 1e-5;

    /// <summary>Mean 1/2, variance 1 / (4 (2 alpha + 1)).</summary>
    [Theory]
    [InlineData(0.05f)]
    [InlineData(0.2f)]
    [InlineData(1)]
    public void Shares_have_the_moments_of_the_beta_distribution(float alpha)
    {
        var stream = new RandomStream(3, "shares");
        double sum = 0, squares = 0;
        for (var i = 0; i < Draws; i++)
        {
            double share = BetaShare.Draw(alpha, new SampleRandom(stream, 0, i), 0);
            Assert.InRange(share, 0, 1);
            (sum, squares) = (sum + share, squares + ((share - 0.5) * (share - 0.5)));
        }

        // Five standard errors; squares lie within [0, 1/4].
        Assert.Equal(0.5, sum / Draws, 5 * 0.5 / Math.Sqrt(Draws));
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), squares / Draws, 5 * 0.125 / Math.Sqrt(Draws));
    }

    [Fact]
    public void Mixup_is_the_convex_combination_of_two_samples_and_their_classes()
    {
        var data = Counting(50, 5);
        var mixer = new SampleMixer(new Mixup(0.5f), data, null, 0.1f, 7, 1);
        float[] features = new float[2], target = new float[5];
        var mixed = 0;
        for (var index = 0; index < data.Count; index++)
        {
            mixer.Mix(3, index, features, target);
            Assert.Equal(1, target.Sum(), Rounding);
            // Features are [i, i + 1/2]: the combination's first number tells share times distance.
            Assert.Equal(0.5, features[1] - features[0], Rounding);
            Assert.All(target, static share => Assert.True(share >= 0.1f / 5 - Rounding));
            var others = Enumerable.Range(0, 5).Where(label => target[label] > (0.1 / 5) + Rounding).ToArray();
            Assert.InRange(others.Length, 1, 2);
            if (others.Length < 2) continue;
            var share = (target[index % 5] - 0.02) / 0.9;
            var partner = (features[0] - (share * index)) / (1 - share);
            if (share is > 0.999) continue;
            Assert.Equal(Math.Round(partner), partner, 0.05);
            Assert.Equal((int)Math.Round(partner) % 5, others.Single(label => label != index % 5));
            mixed++;
        }

        Assert.True(mixed > 20);
    }

    [Fact]
    public void Cutmix_puts_one_rectangle_of_the_other_image_and_shares_by_area()
    {
        var stream = new RandomStream(5, "mix");
        float[] ones = [.. Enumerable.Repeat(1f, 8 * 6 * 2)], scratch = new float[ones.Length];
        var (areas, mean) = (new HashSet<int>(), 0.0);
        for (var i = 0; i < 2000; i++)
        {
            var pixels = new float[ones.Length];
            var share = new CutMix().Mix(new AugmentedImage(pixels, scratch, 8, 6, 2), ones, new SampleRandom(stream, 1, i));
            var taken = pixels.Count(static pixel => pixel == 1) / 2;
            Assert.Equal(1 - (taken / 48.0), share, Rounding);
            var rows = Enumerable.Range(0, 8).Where(y => pixels.AsSpan(y * 12, 12).Contains(1f)).ToArray();
            var columns = Enumerable.Range(0, 6).Where(x => Enumerable.Range(0, 8).Any(y => pixels[(y * 12) + (x * 2)] == 1)).ToArray();
            Assert.Equal(taken, rows.Length * columns.Length);
            if (taken > 0) Assert.Equal((rows.Length - 1, columns.Length - 1), (rows[^1] - rows[0], columns[^1] - columns[0]));
            areas.Add(taken);
            mean += share / 2000;
        }

        Assert.True(areas.Count > 15);
        Assert.InRange(mean, 0.5, 0.85);
    }

    [Fact]
    public void Batches_are_the_same_whatever_the_pieces_and_augmentation_comes_first()
    {
        var data = Dataset.From(20, [4, 4, 1], static (i, x) => x.Fill(i), static i => i % 3, TargetSpec.Classes(3), "flat");
        var augmenter = new Augmenter([new PadCrop(2)], data.Shape, 7, 2);
        var mixer = new SampleMixer(new CutMix(), data, augmenter, 0, 7, 2);
        var loader = new Loader(data, new LoaderOptions { BatchSize = 8, Seed = 1 });
        var slot = loader.CreateSlot();
        loader.Next(slot);
        var (one, targets) = Assemble(1);
        var (five, again) = Assemble(5);
        Assert.Equal(one, five);
        Assert.Equal(targets, again);
        Assert.Contains(0f, one);
        var single = new float[16];
        mixer.Mix(0, slot.Indices[2], single, new float[3]);
        Assert.Equal(single, one[32..48]);

        (float[] Features, float[] Targets) Assemble(int pieces)
        {
            float[] features = new float[8 * 16], distribution = new float[8 * 3];
            for (var piece = pieces - 1; piece >= 0; piece--) mixer.Assemble(slot, piece, pieces, features, distribution, 3, piece % 2);
            return (features, distribution);
        }
    }

    [Fact]
    public void What_cannot_be_mixed_is_refused()
    {
        Refused<DatasetException>("EK0313", static () => new Mixup(0), "mixup got alpha 0");
        Refused<DatasetException>("EK0313", static () => new CutMix(1.5f), "cutmix got alpha 1.5");
        Refused<DatasetException>("EK0339", static () => new SampleMixer(new CutMix(), Counting(5), null, 0, 0, 1), "[2]");
        Refused<DatasetException>("EK0306", static () => new SampleMixer(new Mixup(), Dataset.From(new float[4], [2], new float[2], 1), null, 0, 0, 1), "class labels");
    }
}
