using Evenkeel.Data.Readers.Images;
using Evenkeel.TestKit;

namespace Evenkeel.Data.Tests.Readers.Images;

public sealed class ImageScalingTests
{
    private static readonly Golden Goldens = Golden.Load("image-files");

    [Theory]
    [InlineData("half")]
    [InlineData("third")]
    [InlineData("narrow")]
    [InlineData("large")]
    public void Resizing_gives_the_pixels_of_another_library(string name)
    {
        var golden = Goldens.Array($"resize-{name}.pixels");
        var image = ImageScaling.Resize(Picture(), golden.Shape[0], golden.Shape[1]);
        Assert.Equal(golden.Shape, new[] { image.Height, image.Width, image.Channels });

        // The other library rounds to bytes between rows and columns.
        for (var i = 0; i < golden.Values.Length; i++) Assert.InRange(Math.Abs(golden.Values[i] - image.Pixels.Span[i]), 0, 1);
    }

    [Fact]
    public void A_flat_image_stays_flat_at_every_size()
    {
        var flat = new DecodedImage(7, 5, 1, [.. Enumerable.Repeat((byte)201, 35)]);
        foreach (var (height, width) in new[] { (1, 1), (3, 9), (14, 10), (50, 2) }) Assert.All(ImageScaling.Resize(flat, height, width).Pixels.ToArray(), static value => Assert.Equal(201, value));
    }

    [Fact]
    public void Halving_averages_and_does_not_drop_lines()
    {
        // Stripes of one pixel would come out black or white without antialiasing.
        var stripes = new DecodedImage(64, 64, 1, [.. Enumerable.Range(0, 64 * 64).Select(static i => (byte)(i % 2 * 255))]);
        var half = ImageScaling.Resize(stripes, 32, 32);
        for (var y = 1; y < 31; y++)
        {
            for (var x = 1; x < 31; x++) Assert.InRange(half.Pixels.Span[(y * 32) + x], 120, 135);
        }
    }

    [Fact]
    public void Covering_keeps_proportions_and_takes_the_middle()
    {
        // 40 columns of rising grey, 20 rows: at 10 x 10 the middle half of the columns is seen.
        var ramp = new DecodedImage(20, 40, 1, [.. Enumerable.Range(0, 800).Select(static i => (byte)(i % 40 * 6))]);
        var cover = ImageScaling.Cover(ramp, 10, 10);
        Assert.Equal((10, 10), (cover.Height, cover.Width));
        Assert.InRange(cover.Pixels.Span[0], 60, 66);
        Assert.InRange(cover.Pixels.Span[9], 168, 177);
        Assert.Same(cover, ImageScaling.Cover(cover, 10, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageScaling.CropCentre(ramp, 21, 1));
    }

    [Fact]
    public void Grey_becomes_three_equal_channels_and_colours_their_luma()
    {
        var grey = new DecodedImage(1, 2, 1, [7, 200]);
        Assert.Equal([7, 7, 7, 200, 200, 200], grey.WithChannels(3).Pixels.ToArray());
        Assert.Equal([7, 200], grey.WithChannels(3).WithChannels(1).Pixels.ToArray());
        Assert.Equal([76, 150, 29], new DecodedImage(1, 3, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255]).WithChannels(1).Pixels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => grey.WithChannels(2));
    }

    private static DecodedImage Picture() => ImageReader.Decode("picture", [.. Goldens.Integers("png-rgb.file").Select(static value => (byte)value)]);
}
