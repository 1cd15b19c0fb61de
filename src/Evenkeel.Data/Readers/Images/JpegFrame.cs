namespace Evenkeel.Data.Readers.Images;

/// <summary>One component of a JPEG image: its sampling and its coefficients, block after block in rows.</summary>
/// <param name="id">Its number in the file.</param>
/// <param name="horizontal">Horizontal sampling factor, 1 to 4.</param>
/// <param name="vertical">Vertical sampling factor, 1 to 4.</param>
/// <param name="quantization">Its quantization table, 0 to 3.</param>
internal sealed class JpegComponent(int id, int horizontal, int vertical, int quantization)
{
    public const int BlockSize = 64;

    public int Id { get; } = id;

    public int Horizontal { get; } = horizontal;

    public int Vertical { get; } = vertical;

    public int Quantization { get; } = quantization;

    /// <summary>Samples per row and rows of samples.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Blocks per row and rows of blocks, filled up to whole units of an interleaved scan.</summary>
    public int BlocksX { get; private set; }

    public int BlocksY { get; private set; }

    public short[] Coefficients { get; private set; } = [];

    /// <summary>The direct coefficient of the block before, within a scan.</summary>
    public int Prediction { get; set; }

    public JpegHuffman? DirectTable { get; set; }

    public JpegHuffman? AlternatingTable { get; set; }

    public void Allocate(JpegFrame frame)
    {
        Width = ((frame.Width * Horizontal) + frame.MaxHorizontal - 1) / frame.MaxHorizontal;
        Height = ((frame.Height * Vertical) + frame.MaxVertical - 1) / frame.MaxVertical;
        (BlocksX, BlocksY) = (frame.UnitsX * Horizontal, frame.UnitsY * Vertical);
        Coefficients = new short[checked(BlocksX * BlocksY * BlockSize)];
    }

    public Span<short> Block(int x, int y) => Coefficients.AsSpan(((y * BlocksX) + x) * BlockSize, BlockSize);
}

/// <summary>The size of a JPEG image and its components (ITU-T T.81, B.2.2).</summary>
internal sealed class JpegFrame(int width, int height, bool isProgressive, JpegComponent[] components)
{
    private const int BlockSide = 8;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public bool IsProgressive { get; } = isProgressive;

    public JpegComponent[] Components { get; } = components;

    public int MaxHorizontal { get; } = components.Max(static component => component.Horizontal);

    public int MaxVertical { get; } = components.Max(static component => component.Vertical);

    /// <summary>Units of an interleaved scan per row, and their rows.</summary>
    public int UnitsX => (Width + (BlockSide * MaxHorizontal) - 1) / (BlockSide * MaxHorizontal);

    public int UnitsY => (Height + (BlockSide * MaxVertical) - 1) / (BlockSide * MaxVertical);
}
