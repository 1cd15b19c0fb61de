using Evenkeel.Data.Readers.Images;
using Evenkeel.TestKit;

namespace Evenkeel.Data.Tests.Readers.Images;

public sealed class ImageReaderTests
{
    private static readonly Golden Goldens = Golden.Load("image-files");

    public static TheoryData<string> Files => [.. Goldens.Names.Where(static name => name.EndsWith(".file", StringComparison.Ordinal)).Select(static name => name[..^5])];

    [Theory]
    [MemberData(nameof(Files))]
    public void Pixels_are_those_that_another_decoder_finds(string name)
    {
        var image = ImageReader.Decode(name, Bytes(name));
        var shape = Goldens.Array($"{name}.pixels").Shape;
        Assert.Equal(shape, new[] { image.Height, image.Width, image.Channels });
        var expected = Goldens[$"{name}.pixels"];
        var differences = image.Pixels.ToArray().Select((value, i) => Math.Abs(value - expected[i])).ToArray();
        if (name.StartsWith("png", StringComparison.Ordinal)) Assert.Equal(0, differences.Max());
        else
        {
            // Two inverse cosine transforms may round apart by one, and colours multiply that by up to 1.8; blue of halved colours is interpolated in another rounding.
            Assert.InRange(differences.Max(), 0, 4);
            Assert.InRange(differences.Average(), 0, 0.5);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_that_is_cut_off_anywhere_is_refused_by_its_name(string name)
    {
        var file = Bytes(name);
        for (var length = 0; length < file.Length - 2; length += Math.Max(1, file.Length / 97))
        {
            var error = Assert.Throws<DataFileException>(() => ImageReader.Decode("folder/image", file[..length]));
            Assert.True(error.Code is "EK0341" or "EK0342", error.Message);
            Assert.Equal("folder/image", error.Path);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Whatever_is_changed_in_a_file_it_is_decoded_or_refused(string name)
    {
        var random = new SeededRandom(11);
        for (var round = 0; round < 300; round++)
        {
            var file = Bytes(name);
            var changes = 1 + random.NextIndex(3);
            for (var i = 0; i < changes; i++) file[random.NextIndex(file.Length)] = (byte)random.NextIndex(256);
            try
            {
                var image = ImageReader.Decode(name, file);
                Assert.Equal(image.Height * image.Width * image.Channels, image.Pixels.Length);
            }
            catch (DataFileException error)
            {
                Assert.True(error.Code is "EK0341" or "EK0342" or "EK0343", error.Message);
            }
        }
    }

    [Fact]
    public void Restart_markers_are_honoured_and_missed()
    {
        var image = ImageReader.Decode("made", RestartedJpeg(withMarkers: true));
        Assert.Equal([96, 160, 65, 191], Enumerable.Range(0, 4).Select(i => (int)image.Pixels.Span[(8 * i) + 3]));
        Assert.Contains("restart marker", Assert.Throws<DataFileException>(() => ImageReader.Decode("made", RestartedJpeg(withMarkers: false))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kinds_that_cannot_be_read_are_named()
    {
        Refused("EK0343", "12 bits", static file => file[Frame(file) + 4] = 12);
        Refused("EK0343", "4 components", static file =>
        {
            file[Frame(file) + 3] = 20;
            file[Frame(file) + 9] = 4;
        });
        Refused("EK0343", "process 3", static file => file[Frame(file) + 1] = 0xC3);
        Refused("EK0343", "arithmetic", static file => file[Frame(file) + 1] = 0xCC);
        Refused("EK0342", "0 x", static file => file[Frame(file) + 8] = file[Frame(file) + 7] = 0);
        Refused("EK0342", "too short for its size", static file => (file[Frame(file) + 5], file[Frame(file) + 7]) = (8, 8));
        var error = Assert.Throws<DataFileException>(static () => ImageReader.Decode("text.png", "a text with that name"u8.ToArray()));
        Assert.Equal("EK0341", error.Code);
        Assert.Contains("'text.png'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_absurd_sizes_are_refused_before_any_memory_is_asked_for()
    {
        var file = Bytes("png-rgb");
        (file[16], file[20]) = (0x7F, 0x7F);
        var check = BitConverter.GetBytes(Crc32.Of("IHDR"u8, file.AsSpan(16, 13)));
        for (var i = 0; i < 4; i++) file[29 + i] = check[3 - i];
        Assert.Equal("EK0343", Assert.Throws<DataFileException>(() => ImageReader.Decode("bomb", file)).Code);
    }

    [Fact]
    public void A_missing_file_is_refused() => Assert.Equal("EK0320", Assert.Throws<DataFileException>(static () => ImageReader.Read("/no/such/file.png")).Code);

    private static byte[] Bytes(string name) => [.. Goldens.Integers($"{name}.file").Select(static value => (byte)value)];

    private static int Frame(byte[] file)
    {
        for (var i = 2; ; i += 2 + (file[i + 2] << 8) + file[i + 3])
        {
            if (file[i + 1] is 0xC0 or 0xC2) return i;
        }
    }

    private static void Refused(string code, string fragment, Action<byte[]> change)
    {
        var file = Bytes("jpeg-444");
        change(file);
        var error = Assert.Throws<DataFileException>(() => ImageReader.Decode("image", file));
        Assert.Equal(code, error.Code);
        Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Four flat blocks in a row, each behind a restart marker: direct coefficients with the one code 0 for "seven bits follow", and no others.</summary>
    private static byte[] RestartedJpeg(bool withMarkers)
    {
        List<byte> file = [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)4, 64)];
        file.AddRange([0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 32, 1, 1, 0x11, 0]);
        byte[] oneCode = [1, .. new byte[15]];
        file.AddRange([0xFF, 0xC4, 0, 20, 0x00, .. oneCode, 7, 0xFF, 0xC4, 0, 20, 0x10, .. oneCode, 0]);
        file.AddRange([0xFF, 0xDD, 0, 4, 0, 1, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]);

        // With steps of 4, a direct coefficient of d moves a flat block by d / 2; seven bits hold 64 to 127 of either sign.
        var coefficients = new[] { -64, 64, -126, 126 };
        for (var i = 0; i < 4; i++)
        {
            if (i > 0 && withMarkers) file.AddRange([0xFF, (byte)(0xD0 + i - 1)]);
            var value = coefficients[i];
            var bits = value > 0 ? value : value + 127;
            // 0, seven bits, 0 for the end of the block, ones to fill the second byte.
            var word = (bits << 8) | 0x7F;
            file.AddRange([(byte)(word >> 8), (byte)word]);
        }

        file.AddRange([0xFF, 0xD9]);
        return [.. file];
    }
}
