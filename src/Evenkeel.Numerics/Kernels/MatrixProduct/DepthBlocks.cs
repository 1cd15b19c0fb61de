namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>The blocks into which the sums over k are split, always the same for a K: the first block starts C, each further one is added to it.</summary>
/// <remarks>All tiled algorithms share this rule, so an element of C has the same bits whichever of them made it, at every width with the same multiply-add hardware.</remarks>
internal readonly struct DepthBlocks
{
    /// <summary>The longest block: a packed panel of four vectors is then 64 KB.</summary>
    public const int Longest = 256;

    private readonly RowTiles _blocks;

    public DepthBlocks(int depth) => _blocks = new(depth, Longest);

    /// <summary>At least one block, which may be empty: a product of depth zero still writes C.</summary>
    public int Count => Math.Max(1, _blocks.Count);

    public int First(int block) => _blocks.First(block);

    public int Length(int block) => _blocks.Count == 0 ? 0 : _blocks.Height(block);
}
