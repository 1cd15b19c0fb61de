using System.Buffers.Binary;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>A temporary folder with a learnable IDX set of 4x4 images in two classes: bright on the left, or on the right.</summary>
internal sealed class SmallDataset : IDisposable
{
    public const int Training = 200;
    public const int Test = 50;
    public const int Features = 16;

    public SmallDataset()
    {
        Root = Directory.CreateTempSubdirectory("evenkeel-cli-").FullName;
        Folder = Path.Combine(Root, "halves");
        Directory.CreateDirectory(Folder);
        Write("train", Training, 1);
        Write("t10k", Test, 2);
    }

    public string Root { get; }

    public string Folder { get; }

    public string this[string name] => Path.Combine(Root, name);

    public string TestImages => Path.Combine(Folder, "t10k-images-idx3-ubyte");

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void Write(string part, int count, int seed)
    {
        var random = new Random(seed);
        byte[] images = new byte[16 + (count * Features)], labels = new byte[8 + count];
        Header(images, 0x0803, count, 4, 4);
        Header(labels, 0x0801, count);
        for (var i = 0; i < count; i++)
        {
            var label = labels[8 + i] = (byte)random.Next(2);
            for (var pixel = 0; pixel < Features; pixel++)
            {
                var bright = (pixel % 4 < 2) == (label == 0);
                images[16 + (i * Features) + pixel] = (byte)random.Next(bright ? 90 : 0, bright ? 256 : 160);
            }
        }

        File.WriteAllBytes(Path.Combine(Folder, $"{part}-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(Folder, $"{part}-labels-idx1-ubyte"), labels);
    }

    private static void Header(byte[] file, int magic, params int[] dimensions)
    {
        BinaryPrimitives.WriteInt32BigEndian(file, magic);
        for (var i = 0; i < dimensions.Length; i++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), dimensions[i]);
    }
}
