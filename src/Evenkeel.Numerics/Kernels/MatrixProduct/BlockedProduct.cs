using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>Packs B once for all, then multiplies a grid of blocks of C; a transposed A is packed block by block.</summary>
internal sealed unsafe class BlockedProduct<P>(MatrixProductShape capacity)
    : MatrixProduct(capacity, MatrixProductPartition.Tiles, P.Width)
    where P : struct, IPack<P>
{
    private const int Pack = 0;

    /// <summary>Panels of a piece, 128 columns or, if a packed A is to be worth its copying, 512: a row block of A comes from memory once for all of them.</summary>
    private static int PanelsInGroup(in MatrixProductShape shape) => (PacksA(shape) ? 512 : 128) / (4 * P.Width);

    public override string Algorithm => BlockedAlgorithm.AlgorithmName;

    public override int Phases => 2;

    public override long SharedFloats => (long)Panels.First(Panels.Count) * Capacity.K;

    public override long ScratchFloats => PacksA(Capacity) ? (long)Capacity.M * Math.Min(Capacity.K, DepthBlocks.Longest) : 0;

    public override int Pieces(int phase, in MatrixProductShape actual)
    {
        if (phase != Pack) return TileGrid.Of<P>(actual, Panels, PanelsInGroup(actual)).Pieces;
        return actual.M == 0 ? 0 : Panels.Count * new DepthBlocks(actual.K).Count;
    }

    public override void Run(int phase, int piece, in MatrixProductCall call)
    {
        if (phase == Pack) PackPanel(piece, call);
        else Multiply(piece, call);
    }

    // Steps of k of an A stored transposed lie a row apart, often on few cache sets; copying them is cheap, since a tile's rows lie together.
    private static bool PacksA(in MatrixProductShape shape) => shape.TransposeA;

    private float* Packed(in MatrixProductCall call, int panel, int firstStep) =>
        call.Shared + (long)Panels.First(panel) * call.Shape.K + (long)firstStep * PaddedWidth(panel);

    private int PaddedWidth(int panel) => Panels.First(panel + 1) - Panels.First(panel);

    private void PackPanel(int piece, in MatrixProductCall call)
    {
        var shape = call.Shape;
        var depths = new DepthBlocks(shape.K);
        var (panel, block) = Math.DivRem(piece, depths.Count);
        var (column, columns) = Panels[panel];
        var first = depths.First(block);
        var b = shape.TransposeB ? call.B + column * call.LeadingB + first : call.B + first * call.LeadingB + column;
        PanelPacking<P>.PackB(b, call.LeadingB, shape.TransposeB, depths.Length(block), columns, Packed(call, panel, first));
    }

    private void Multiply(int piece, in MatrixProductCall call)
    {
        var shape = call.Shape;
        var (firstPanel, endPanel, row, rows) = TileGrid.Of<P>(shape, Panels, PanelsInGroup(shape))[piece];
        var packs = PacksA(shape);
        var depths = new DepthBlocks(shape.K);
        for (var block = 0; block < depths.Count; block++)
        {
            var first = depths.First(block);
            var depth = depths.Length(block);
            var a = shape.TransposeA ? call.A + first * call.LeadingA + row : call.A + row * call.LeadingA + first;
            var packedFor = 0;
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                var (column, columns) = Panels[panel];
                var vectors = TileTable<P>.Vectors(PaddedWidth(panel) / P.Width);
                if (packs && vectors != packedFor)
                {
                    PanelPacking<P>.PackA(a, call.LeadingA, shape.TransposeA, rows, depth, vectors, call.Scratch);
                    packedFor = vectors;
                }

                var operands = new TileSweep<P>.Operands
                {
                    A = packs ? call.Scratch : a,
                    Addressing = packs ? Addressing.Packed : Addressing.Rows,
                    StrideA = call.LeadingA,
                    B = Packed(call, panel, first),
                    C = call.C + row * call.LeadingC + column,
                    StrideC = call.LeadingC,
                    Start = block > 0 || call.Bias == null ? null : call.Bias + column,
                    Rows = rows,
                    Columns = columns,
                    Depth = depth,
                    Accumulate = call.Accumulate || block > 0,
                };
                TileSweep<P>.Run(ref operands);
            }
        }
    }
}

/// <summary>The entry of <see cref="BlockedProduct{P}"/>.</summary>
internal sealed class BlockedAlgorithm : MatrixProductAlgorithm
{
    public const string AlgorithmName = "blocked";

    public override string Name => AlgorithmName;

    public override bool Can(in MatrixProductShape shape, MatrixProductPartition partition) => partition == MatrixProductPartition.Tiles;

    public override bool Wants<P>(in MatrixProductShape shape, MatrixProductPartition partition) => Can(shape, partition);

    public override MatrixProduct Create<P>(in MatrixProductShape shape, MatrixProductPartition partition) => new BlockedProduct<P>(shape);
}
