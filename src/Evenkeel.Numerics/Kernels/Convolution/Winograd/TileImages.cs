namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>Whole images, channels last, and the grid of tiles that is laid over them: gives the addresses of the pixels under a tile.</summary>
internal unsafe struct TileImages
{
    /// <summary>The first channel to be used of the first pixel of image 0.</summary>
    public float* First;

    /// <summary>Floats from image to image.</summary>
    public long ImageFloats;

    /// <summary>Floats from pixel to pixel.</summary>
    public nint PixelFloats;

    /// <summary>Columns of an image.</summary>
    public int Width;

    /// <summary>The first row that may be touched.</summary>
    public int FirstRow;

    /// <summary>The row after the last one.</summary>
    public int EndRow;

    /// <summary>Rows and columns from tile to tile.</summary>
    public int Step;

    /// <summary>Rows of padding above the first tile's first row.</summary>
    public int Top;

    /// <summary>Columns of padding left of it.</summary>
    public int Left;

    /// <summary>Stands in for every pixel outside: zeros to read, or memory to write to in vain.</summary>
    public float* Outside;

    /// <summary>Writes the addresses of the <paramref name="size"/> x <paramref name="size"/> pixels under each of <paramref name="count"/> tiles, row by row.</summary>
    public readonly void Pixels(TileCursor tile, int count, int size, float** pixels)
    {
        var rowFloats = Width * PixelFloats;
        for (; count > 0; count--)
        {
            var top = tile.Row * Step - Top;
            var left = tile.Column * Step - Left;
            var row = First + tile.Image * ImageFloats + top * rowFloats + left * PixelFloats;
            for (var y = top; y < top + size; y++)
            {
                var inside = y >= FirstRow && y < EndRow;
                var pixel = row;
                for (var x = left; x < left + size; x++)
                {
                    *pixels++ = inside && (uint)x < (uint)Width ? pixel : Outside;
                    pixel += PixelFloats;
                }

                row += rowFloats;
            }

            tile.Next();
        }
    }
}

/// <summary>Walks over the tiles of a piece: images, then rows, then columns.</summary>
internal struct TileCursor(int image, int firstRow, int endRow, int columns)
{
    private readonly int _firstRow = firstRow;
    private readonly int _endRow = endRow;
    private readonly int _columns = columns;

    public int Image { get; private set; } = image;

    public int Row { get; private set; } = firstRow;

    public int Column { get; private set; }

    public void Next()
    {
        if (++Column < _columns) return;
        Column = 0;
        if (++Row < _endRow) return;
        Row = _firstRow;
        Image++;
    }
}
