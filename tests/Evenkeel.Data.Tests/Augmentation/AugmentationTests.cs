using Evenkeel.Data.Augmentation;
using Evenkeel.TestKit;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Augmentation;

public sealed class AugmentationTests
{
    private const int Height = 7;
    private const int Width = 9;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_crop_of_the_zero_padded_image_is_a_translation_with_zeros(int channels) => Translates(new PadCrop(3), channels, static (y, x) => (uint)y < Height && (uint)x < Width ? (y, x) : null);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_crop_of_the_mirrored_image_is_a_translation_with_mirrored_pixels(int channels) => Translates(new PadCrop(3, ImageBorder.Reflect), channels, static (y, x) => (Mirrored(y, Height), Mirrored(x, Width)));

    [Fact]
    public void A_border_wider_than_the_image_is_mirrored_back_and_forth()
    {
        var image = Image(2, 3, 1);
        for (var index = 0; index < 50; index++) Assert.All(Augment(new PadCrop(20, ImageBorder.Reflect), image, 0, index, 2, 3, 1), value => Assert.Contains(value, image));
        for (var index = 0; index < 50; index++) Assert.All(Augment(new PadCrop(20), image, 0, index, 2, 3, 1), value => Assert.True(value == 0 || image.Contains(value)));
    }

    [Fact]
    public void Every_place_of_a_crop_comes_up_about_as_often()
    {
        // 49 places, 4900 samples: the counts' deviation is 10.
        var counts = new Dictionary<(float, float), int>();
        var image = Image(Height, Width, 1);
        for (var index = 0; index < 4900; index++)
        {
            var came = Augment(new PadCrop(3, ImageBorder.Reflect), image, 5, index, Height, Width, 1);
            var key = (came[(3 * Width) + 4], came[(3 * Width) + 5]);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(49, counts.Count);
        Assert.All(counts.Values, static count => Assert.InRange(count, 55, 150));
    }

    [Fact]
    public void A_flip_mirrors_about_half_of_the_samples()
    {
        var image = Image(Height, Width, 3);
        var flipped = Flipped(image, Height, Width, 3);
        var count = 0;
        for (var index = 0; index < 1000; index++)
        {
            var came = Augment(new HorizontalFlip(), image, 3, index, Height, Width, 3);
            if (came.SequenceEqual(flipped)) count++;
            else Assert.Equal(image, came);
        }

        Assert.InRange(count, 440, 560);
        Assert.Equal(image, Augment(new HorizontalFlip(0), image, 3, 1, Height, Width, 3));
        Assert.Equal(flipped, Augment(new HorizontalFlip(1), image, 3, 1, Height, Width, 3));
    }

    [Fact]
    public void Alternating_flips_show_both_sides_in_two_epochs()
    {
        var image = Image(Height, Width, 3);
        var flipped = Flipped(image, Height, Width, 3);
        var count = 0;
        for (var index = 0; index < 400; index++)
        {
            var epochs = Enumerable.Range(0, 4).Select(epoch => Augment(new AlternatingFlip(), image, epoch, index, Height, Width, 3).SequenceEqual(flipped)).ToArray();
            Assert.NotEqual(epochs[0], epochs[1]);
            Assert.Equal(epochs[0], epochs[2]);
            Assert.Equal(epochs[1], epochs[3]);
            count += epochs[0] ? 1 : 0;
        }

        Assert.InRange(count, 150, 250);
    }

    [Fact]
    public void Cutout_zeros_a_square_that_may_hang_over_the_edge()
    {
        var image = Image(Height, Width, 3);
        var sizes = new HashSet<int>();
        for (var index = 0; index < 300; index++)
        {
            var came = Augment(new Cutout(4), image, 0, index, Height, Width, 3);
            var (top, left, height, width) = Zeros(image, came, 3);
            Assert.InRange(height, 2, 4);
            Assert.InRange(width, 2, 4);
            Assert.True((height == 4 || top == 0 || top + height == Height) && (width == 4 || left == 0 || left + width == Width));
            sizes.Add(height * width);
        }

        Assert.Contains(16, sizes);
        Assert.True(sizes.Count > 3);
    }

    [Fact]
    public void Erasing_zeros_a_rectangle_of_the_asked_area_inside_the_image()
    {
        var image = Image(32, 32, 1);
        var count = 0;
        for (var index = 0; index < 500; index++)
        {
            var came = Augment(new RandomErasing(0.5f, 0.1f, 0.3f, 0.5f), image, 0, index, 32, 32, 1);
            if (came.SequenceEqual(image)) continue;
            count++;
            var (_, _, height, width) = Zeros(image, came, 1);
            Assert.InRange(height * width / 1024f, 0.09f, 0.32f);
            Assert.InRange((float)height / width, 0.45f, 2.2f);
        }

        Assert.InRange(count, 200, 300);
    }

    [Fact]
    public void A_resized_crop_keeps_a_plane_a_plane_of_another_slope()
    {
        // Bilinear interpolation is exact on a linear ramp, whatever the window; only what lies outside the outermost centres is flat.
        var image = new float[32 * 32];
        for (var i = 0; i < image.Length; i++) image[i] = (i / 32) + (100f * (i % 32));
        var slopes = new HashSet<float>();
        for (var index = 0; index < 50; index++)
        {
            var came = Augment(new RandomResizedCrop(0.2f), image, 1, index, 32, 32, 1);
            Assert.All(came, value => Assert.InRange(value, image[0], image[^1]));
            float down = came[(17 * 32) + 16] - came[(16 * 32) + 16], right = came[(16 * 32) + 17] - came[(16 * 32) + 16];
            for (var y = 8; y < 24; y++)
            {
                for (var x = 8; x < 24; x++) Assert.Equal(came[(16 * 32) + 16] + (down * (y - 16)) + (right * (x - 16)), came[(y * 32) + x], 0.05f);
            }

            Assert.InRange(down, 0.2f, 1.001f);
            slopes.Add(right);
        }

        Assert.True(slopes.Count > 10);
    }

    [Fact]
    public void Jitter_moves_the_mean_and_the_deviation_and_keeps_grey_grey()
    {
        var image = new SeededRandom(5).Floats(8 * 8 * 3);
        var (mean, deviation) = Moments(image);
        Assert.Equal(image, Augment(new ColorJitter(0, 0, 0), image, 0, 0, 8, 8, 3), Close);
        for (var index = 0; index < 50; index++)
        {
            var brightened = Moments(Augment(new ColorJitter(0.5f, 0, 0), image, 0, index, 8, 8, 3));
            Assert.InRange(brightened.Mean - mean, -0.5, 0.5);
            Assert.Equal(deviation, brightened.Deviation, 1e-5);
            var contrasted = Moments(Augment(new ColorJitter(0, 0.5f, 0), image, 0, index, 8, 8, 3));
            Assert.Equal(mean, contrasted.Mean, 1e-5);
            Assert.InRange(contrasted.Deviation / deviation, 0.5, 1.5);
            var grey = Enumerable.Range(0, 64 * 3).Select(static i => (float)(i / 3)).ToArray();
            Assert.Equal(grey, Augment(new ColorJitter(0, 0, 0.9f), grey, 0, index, 8, 8, 3), Close);
        }

        static bool Close(float a, float b) => Math.Abs(a - b) < 1e-5;
    }

    [Fact]
    public void A_sample_changes_with_seed_epoch_and_index_and_with_nothing_else()
    {
        var image = Image(32, 32, 3);
        foreach (var name in AugmentationTable.Names.Where(static name => name is not (AugmentationTable.None or "alternate" or "table-test")))
        {
            float[] First(ulong seed, int epoch, int index)
            {
                var copy = image.ToArray();
                new Augmenter(AugmentationTable.Create(name, [32, 32, 3]), [32, 32, 3], seed, 1).Apply(epoch, index, copy);
                return copy;
            }

            Assert.Equal(First(1, 2, 3), First(1, 2, 3));
            Assert.True(new[] { First(2, 2, 3), First(1, 3, 3), First(1, 2, 4) }.Count(other => !other.SequenceEqual(First(1, 2, 3))) >= 2, name);
            Assert.All(First(1, 2, 3), static value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void Impossible_numbers_are_refused()
    {
        Refused<DatasetException>("EK0313", static () => new PadCrop(0), "border of 0 pixels");
        Refused<DatasetException>("EK0313", static () => new HorizontalFlip(1.5f), "probability 1.5");
        Refused<DatasetException>("EK0313", static () => new Cutout(0), "square of 0 pixels");
        Refused<DatasetException>("EK0313", static () => new RandomErasing(leastArea: 0.5f), "areas 0.5 to 0.4");
        Refused<DatasetException>("EK0313", static () => new RandomResizedCrop(0), "areas from 0");
        Refused<DatasetException>("EK0313", static () => new ColorJitter(contrast: 2), "contrast 2");
        Refused<DatasetException>("EK0339", static () => new Augmenter([], [784], 1, 1), "[784]");
    }

    [Fact]
    public void The_table_knows_its_names_and_takes_new_ones_once()
    {
        Assert.Empty(AugmentationTable.Create("none", [32, 32, 3]));
        Assert.Equal(new IAugmentation[] { new PadCrop(4), new HorizontalFlip() }, AugmentationTable.Create("crop-flip", [32, 32, 3]).ToArray());
        Assert.Equal(new IAugmentation[] { new AlternatingFlip(), new PadCrop(4, ImageBorder.Reflect) }, AugmentationTable.Create("crop-alternate", [32, 32, 3]).ToArray());
        Assert.Equal(new Cutout(16), AugmentationTable.Create("crop-flip-cutout", [32, 32, 3])[2]);
        Refused<DatasetException>("EK0340", static () => AugmentationTable.Create("crop_flip", [32, 32, 3]), "Did you mean 'crop-flip'?");
        AugmentationTable.Register("table-test", static _ => [new Cutout(3)]);
        Assert.Single(AugmentationTable.Create("table-test", [8, 8]));
        Refused<DatasetException>("EK0336", static () => AugmentationTable.Register("none", static _ => []), "AugmentationTable");
    }

    private static void Translates(PadCrop crop, int channels, Func<int, int, (int Y, int X)?> source)
    {
        var image = Image(Height, Width, channels);
        for (var index = 0; index < 200; index++)
        {
            var came = Augment(crop, image, 2, index, Height, Width, channels);
            var found = false;
            for (var down = -3; down <= 3; down++)
            {
                for (var right = -3; right <= 3; right++)
                {
                    var expected = new float[image.Length];
                    for (var i = 0; i < expected.Length; i++)
                    {
                        var pixel = i / channels;
                        if (source((pixel / Width) + down, (pixel % Width) + right) is var (y, x)) expected[i] = image[(((y * Width) + x) * channels) + (i % channels)];
                    }

                    found |= expected.SequenceEqual(came);
                }
            }

            Assert.True(found, $"sample {index} is no translation");
        }
    }

    private static float[] Augment(IAugmentation augmentation, float[] image, int epoch, int index, int height, int width, int channels)
    {
        var copy = image.ToArray();
        new Augmenter([augmentation], [height, width, channels], 77, 1).Apply(epoch, index, copy);
        return copy;
    }

    /// <summary>Every feature another number, none of them zero.</summary>
    private static float[] Image(int height, int width, int channels) => [.. Enumerable.Range(1, height * width * channels).Select(static i => (float)i)];

    private static float[] Flipped(float[] image, int height, int width, int channels)
    {
        var flipped = new float[image.Length];
        for (var i = 0; i < image.Length; i++)
        {
            var (pixel, channel) = (i / channels, i % channels);
            flipped[(((pixel / width * width) + (width - 1 - (pixel % width))) * channels) + channel] = image[i];
        }

        Assert.Equal(height * width * channels, flipped.Length);
        return flipped;
    }

    private static int Mirrored(int place, int length) => place < 0 ? -place : place >= length ? (2 * length) - 2 - place : place;

    /// <summary>The rectangle of zeros; everything else is as it was.</summary>
    private static (int Top, int Left, int Height, int Width) Zeros(float[] image, float[] came, int channels)
    {
        var width = image.Length == 1024 ? 32 : Width;
        var zeros = Enumerable.Range(0, image.Length).Where(i => came[i] == 0).Select(i => i / channels).Distinct().ToArray();
        Assert.NotEmpty(zeros);
        for (var i = 0; i < image.Length; i++) Assert.True(came[i] == 0 || came[i] == image[i]);
        int top = zeros.Min(i => i / width), left = zeros.Min(i => i % width), bottom = zeros.Max(i => i / width), right = zeros.Max(i => i % width);
        Assert.Equal((bottom - top + 1) * (right - left + 1), zeros.Length);
        return (top, left, bottom - top + 1, right - left + 1);
    }

    private static (double Mean, double Deviation) Moments(float[] values)
    {
        var mean = values.Average(static value => (double)value);
        return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}
