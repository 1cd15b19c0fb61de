using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>Packs B once for all, then multiplies a grid of blocks of C.</summary>
internal sealed unsafe class BlockedProduct<P>(MatrixProductShape capacity)
    : MatrixProduct(capacity, MatrixProductPartition.Tiles, P.Width)
    where P : struct, IPack<P>
{
    private const int Pack = 0;

    /// <summary>Panels of a piece: a row block of A is read once for all of them.</summary>
    internal static int PanelsInGroup = 4;

    public override string Algorithm => BlockedAlgorithm.AlgorithmName;

    public override int Phases => 2;

    public override long SharedFloats => (long)Panels.First(Panels.Count) * Capacity.K;

    public override int Pieces(int phase, in MatrixProductShape actual)
    {
        if (phase != Pack) return TileGrid.Of<P>(actual, Panels, PanelsInGroup).Pieces;
        return actual.M == 0 ? 0 : Panels.Count * new DepthBlocks(actual.K).Count;
    }

    public override void Run(int phase, int piece, in MatrixProductCall call)
    {
        if (phase == Pack) PackPanel(piece, call);
        else Multiply(piece, call);
    }

    private float* Packed(in MatrixProductCall call, int panel, int width, int first) =>
        call.Shared + (long)Panels.First(panel) * call.Shape.K + (long)first * width;

    private int PaddedWidth(int panel) => Panels.First(panel + 1) - Panels.First(panel);

    private void PackPanel(int piece, in MatrixProductCall call)
    {
        var shape = call.Shape;
        var depths = new DepthBlocks(shape.K);
        var (panel, block) = Math.DivRem(piece, depths.Count);
        var (column, columns) = Panels[panel];
        var first = depths.First(block);
        var b = shape.TransposeB ? call.B + column * call.LeadingB + first : call.B + first * call.LeadingB + column;
        PanelPacking<P>.PackB(b, call.LeadingB, shape.TransposeB, depths.Length(block), columns, Packed(call, panel, PaddedWidth(panel), first));
    }

    private void Multiply(int piece, in MatrixProductCall call)
    {
        var shape = call.Shape;
        var (firstPanel, endPanel, row, rows) = TileGrid.Of<P>(shape, Panels, PanelsInGroup)[piece];
        var depths = new DepthBlocks(shape.K);
        for (var block = 0; block < depths.Count; block++)
        {
            var first = depths.First(block);
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                var (column, columns) = Panels[panel];
                var operands = new TileSweep<P>.Operands
                {
                    A = shape.TransposeA ? call.A + first * call.LeadingA + row : call.A + row * call.LeadingA + first,
                    Addressing = shape.TransposeA ? Addressing.Transposed : Addressing.Rows,
                    StrideA = call.LeadingA,
                    B = Packed(call, panel, PaddedWidth(panel), first),
                    C = call.C + row * call.LeadingC + column,
                    StrideC = call.LeadingC,
                    Start = block > 0 || call.Bias == null ? null : call.Bias + column,
                    Rows = rows,
                    Columns = columns,
                    Depth = depths.Length(block),
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
