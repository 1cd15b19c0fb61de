using System.Buffers.Binary;

namespace Evenkeel.Data.Readers;

/// <summary>The element types of the IDX format, by their codes.</summary>
public enum IdxElementType : byte
{
    /// <summary>0..255.</summary>
    UnsignedByte = 0x08,

    /// <summary>-128..127.</summary>
    SignedByte = 0x09,

    /// <summary>16-bit integer.</summary>
    Int16 = 0x0B,

    /// <summary>32-bit integer.</summary>
    Int32 = 0x0C,

    /// <summary>32-bit float.</summary>
    Single = 0x0D,

    /// <summary>64-bit float.</summary>
    Double = 0x0E,
}

/// <summary>The content of an IDX file: an array of numbers of any number of dimensions.</summary>
public sealed class IdxFile
{
    private readonly int[] _dimensions;

    internal IdxFile(string path, IdxElementType elementType, int[] dimensions, byte[] data)
    {
        Path = path;
        ElementType = elementType;
        _dimensions = dimensions;
        Data = data;
    }

    /// <summary>Where it was read.</summary>
    public string Path { get; }

    /// <summary>The type of the numbers.</summary>
    public IdxElementType ElementType { get; }

    /// <summary>The dimensions; the first one counts the samples.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>The first dimension.</summary>
    public int Count => _dimensions[0];

    /// <summary>The numbers as they stand in the file: row-major, big-endian.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The numbers as floats, values as they are (not divided by 255); doubles and large integers are rounded.</summary>
    public float[] ToSingles()
    {
        var data = Data.Span;
        var numbers = new float[data.Length / SizeOf(ElementType)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = ElementType switch
            {
                IdxElementType.UnsignedByte => data[i],
                IdxElementType.SignedByte => (sbyte)data[i],
                IdxElementType.Int16 => BinaryPrimitives.ReadInt16BigEndian(data[(2 * i)..]),
                IdxElementType.Int32 => BinaryPrimitives.ReadInt32BigEndian(data[(4 * i)..]),
                IdxElementType.Single => BinaryPrimitives.ReadSingleBigEndian(data[(4 * i)..]),
                _ => (float)BinaryPrimitives.ReadDoubleBigEndian(data[(8 * i)..]),
            };
        }

        return numbers;
    }

    /// <summary>The numbers as integers, for labels.</summary>
    /// <exception cref="DataFileException">EK0325: the elements are floats.</exception>
    public int[] ToIntegers()
    {
        var data = Data.Span;
        var numbers = new int[data.Length / SizeOf(ElementType)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = ElementType switch
            {
                IdxElementType.UnsignedByte => data[i],
                IdxElementType.SignedByte => (sbyte)data[i],
                IdxElementType.Int16 => BinaryPrimitives.ReadInt16BigEndian(data[(2 * i)..]),
                IdxElementType.Int32 => BinaryPrimitives.ReadInt32BigEndian(data[(4 * i)..]),
                _ => throw FileErrors.ElementType(Path, (byte)ElementType, "integers are expected (0x08 unsigned byte, 0x09 signed byte, 0x0B 16 bits, 0x0C 32 bits)"),
            };
        }

        return numbers;
    }

    internal static int SizeOf(IdxElementType type) => type switch
    {
        IdxElementType.UnsignedByte or IdxElementType.SignedByte => 1,
        IdxElementType.Int16 => 2,
        IdxElementType.Int32 or IdxElementType.Single => 4,
        _ => 8,
    };
}
