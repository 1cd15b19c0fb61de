using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Execution;

/// <summary>The cut of a small batch of images into blocks of image rows: a function of the shape alone, so that steps that write tensors of one shape agree on it.</summary>
internal readonly struct RowCut
{
    /// <summary>At least so many blocks an image where it has the rows: a convolution takes much longer than a sweep over as many numbers.</summary>
    private const int LeastBlocks = 8;

    private readonly int _blocks;
    private readonly bool _isBatched;

    public RowCut(Shape shape)
    {
        // [N, H, W, C] has H rows of W x C; what has no H is taken for rows of one position.
        _isBatched = shape.IsBatched;
        Width = shape.Sizes.Length >= 3 ? shape.RowsPerSample / shape.Sizes[0] : 1;
        Height = shape.RowsPerSample / Width;
        _blocks = (int)Math.Clamp(Math.Max(shape.ElementsPerSample / SampleCut.BlockFloats, LeastBlocks), 1, Height);
    }

    /// <summary>Image rows.</summary>
    public int Height { get; }

    /// <summary>Positions in an image row.</summary>
    public int Width { get; }

    /// <summary>Pieces of a batch.</summary>
    public int Pieces(int count) => _isBatched ? count * _blocks : _blocks;

    /// <summary>The sample of a piece and its image rows.</summary>
    public (int Sample, int FirstRow, int EndRow) Piece(int piece)
    {
        var (sample, block) = Math.DivRem(piece, _blocks);
        return (sample, (int)((long)Height * block / _blocks), (int)((long)Height * (block + 1) / _blocks));
    }
}
