using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>Reads A and B where they lie: best where a panel of B fits the inner caches and its rows do not fall on the same cache sets.</summary>
internal sealed unsafe class InPlaceProduct<P>(MatrixProductShape capacity, MatrixProductPartition partition)
    : MatrixProduct(capacity, partition, P.Width)
    where P : struct, IPack<P>
{
    public override string Algorithm => InPlaceAlgorithm.AlgorithmName;

    public override int Pieces(int phase, in MatrixProductShape actual) =>
        Partition == MatrixProductPartition.Columns ? ColumnPieces.Count : TileGrid.ByRows<P>(actual, Panels).Pieces;

    public override void Run(int phase, int piece, in MatrixProductCall call)
    {
        var shape = call.Shape;
        var (firstPanel, endPanel, row, rows) = Partition == MatrixProductPartition.Columns
            ? (ColumnPieces.Panels(piece).First, ColumnPieces.Panels(piece).End, 0, shape.M)
            : TileGrid.ByRows<P>(shape, Panels)[piece];
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
                    B = call.B + first * call.LeadingB + column,
                    StrideB = call.LeadingB,
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

/// <summary>The entry of <see cref="InPlaceProduct{P}"/>.</summary>
internal sealed class InPlaceAlgorithm : MatrixProductAlgorithm
{
    public const string AlgorithmName = "in-place";

    public override string Name => AlgorithmName;

    public override bool Can(in MatrixProductShape shape, MatrixProductPartition partition) => !shape.TransposeB;

    // Packing pays when many row tiles read the packed panel, or when rows of B are so far apart that they fall on the same cache sets.
    public override bool Wants<P>(in MatrixProductShape shape, MatrixProductPartition partition)
    {
        if (!Can(shape, partition)) return false;

        // Weight gradients over many rows read a panel of B often enough for its packing.
        if (shape.TransposeA && shape.N >= 512 && shape.K >= 1024 && partition == MatrixProductPartition.Tiles) return false;
        return shape.M <= 32 || shape.N < 256 || (!shape.TransposeA && (long)shape.N * shape.K <= 65_536);
    }

    public override MatrixProduct Create<P>(in MatrixProductShape shape, MatrixProductPartition partition) =>
        new InPlaceProduct<P>(shape, partition);
}
